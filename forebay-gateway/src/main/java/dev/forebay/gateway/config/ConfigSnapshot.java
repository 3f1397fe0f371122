package dev.forebay.gateway.config;

import dev.forebay.config.GatewayConfig;
import dev.forebay.engine.Scheduler;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.call.RoutingSnapshot;
import dev.forebay.gateway.auth.Authenticator;
import dev.forebay.gateway.auth.OriginPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A configuration with all that a gateway makes of it: routes, targets, callers and origins.
 * Thread-safe.
 */
public final class ConfigSnapshot extends RoutingSnapshot {
  private final Authenticator authenticator;
  private final OriginPolicy origins;

  private ConfigSnapshot(
      GatewayConfig config, @Nullable ConfigSnapshot before, Scheduler scheduler, long nowNanos) {
    super(config, before, scheduler);
    this.origins = OriginPolicy.of(config.server(), config.auth());
    this.authenticator =
        Authenticator.of(
            config.auth(), before == null ? null : before.authenticator, WallClock::now, nowNanos);
  }

  /** The first configuration. */
  public static ConfigSnapshot first(GatewayConfig config, Scheduler scheduler, long nowNanos) {
    return new ConfigSnapshot(config, null, scheduler, nowNanos);
  }

  /**
   * Another configuration after this one. Targets that are the same keep their connections and
   * credentials, and keys with the same limits have used what they have used.
   */
  public ConfigSnapshot next(GatewayConfig other, Scheduler scheduler, long nowNanos) {
    return new ConfigSnapshot(other, this, scheduler, nowNanos);
  }

  public Authenticator authenticator() {
    return authenticator;
  }

  public OriginPolicy origins() {
    return origins;
  }
}
