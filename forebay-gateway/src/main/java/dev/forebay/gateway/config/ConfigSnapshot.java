package dev.forebay.gateway.config;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.gateway.auth.Authenticator;
import dev.forebay.gateway.auth.OriginPolicy;
import dev.forebay.gateway.loop.WallClock;
import dev.forebay.gateway.upstream.OperationTarget;
import dev.forebay.gateway.upstream.RouteTable;
import dev.forebay.gateway.upstream.SignedTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration with all that is made of it. A call keeps to the one that it began with, whatever
 * is loaded meanwhile. Thread-safe.
 */
public final class ConfigSnapshot {
  private final GatewayConfig config;
  private final RouteTable routes;
  private final Authenticator callers;
  private final OriginPolicy origins;
  private final Map<String, SignedTarget> targets = new LinkedHashMap<>();

  /** How often what a route stands for has changed, by its name. */
  private final Map<String, Integer> editions = new HashMap<>();

  private final Map<String, Set<String>> forwarded = new HashMap<>();

  private final AtomicInteger calls = new AtomicInteger();

  private ConfigSnapshot(
      GatewayConfig config, @Nullable ConfigSnapshot before, Vertx vertx, long nowNanos) {
    this.config = config;
    this.routes = new RouteTable(config);
    this.origins = OriginPolicy.of(config.server(), config.auth());
    this.callers =
        Authenticator.of(
            config.auth(), before == null ? null : before.callers, WallClock::now, nowNanos);
    for (TargetConfig target : config.targets().values()) {
      String name = target.target().name();
      SignedTarget known = before == null ? null : before.targets.get(name);
      boolean same = known != null && known.config().equals(target);
      targets.put(name, same ? known : new SignedTarget(target, vertx));
    }
    config.routes().keySet().forEach(name -> editions.put(name, edition(name, before)));
    config.routes().forEach((name, route) -> forwarded.put(name, forwarded(route)));
  }

  /** The first configuration. */
  public static ConfigSnapshot first(GatewayConfig config, Vertx vertx, long nowNanos) {
    return new ConfigSnapshot(config, null, vertx, nowNanos);
  }

  /**
   * Another configuration after this one. Targets that are the same keep their connections and
   * credentials, and keys with the same limits have used what they have used.
   */
  public ConfigSnapshot next(GatewayConfig other, Vertx vertx, long nowNanos) {
    return new ConfigSnapshot(other, this, vertx, nowNanos);
  }

  public GatewayConfig config() {
    return config;
  }

  public RouteTable routes() {
    return routes;
  }

  public Authenticator callers() {
    return callers;
  }

  public OriginPolicy origins() {
    return origins;
  }

  /** How a target is reached, also as one of CountTokens. */
  public SignedTarget access(Target target) {
    SignedTarget access = targets.get(target.name());
    if (access == null) {
      access = targets.get(OperationTarget.target(target.name(), OperationTarget.COUNT_TOKENS));
    }
    if (access == null) {
      throw new IllegalStateException("no such target: " + target.name());
    }
    return access;
  }

  public Collection<SignedTarget> targets() {
    return targets.values();
  }

  /** Equal as long as the route stands for the same: what it answered then is its answer now. */
  public int edition(String route) {
    return editions.getOrDefault(route, 0);
  }

  /** The callers' headers that any target of the route gets besides those that all get. */
  public Set<String> forwardedHeaders(String route) {
    return forwarded.getOrDefault(route, Set.of());
  }

  private Set<String> forwarded(RouteConfig route) {
    return route.route().tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .flatMap(target -> access(target).config().wire().forwardHeaders().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Completes when credentials have been asked for once, for every target that needs some. */
  public Future<Void> ready() {
    return Future.join(targets.values().stream().map(a -> a.signer().ready()).toList()).mapEmpty();
  }

  /** A call begins under this configuration. */
  public void enter() {
    calls.incrementAndGet();
  }

  /** A call under this configuration is over; whether it was the last one for now. */
  boolean leave() {
    return calls.decrementAndGet() == 0;
  }

  boolean isIdle() {
    return calls.get() == 0;
  }

  private int edition(String route, @Nullable ConfigSnapshot before) {
    if (before == null) {
      return 0;
    }
    int last = before.edition(route);
    return answersAsIn(before, route) ? last : last + 1;
  }

  private boolean answersAsIn(ConfigSnapshot before, String route) {
    RouteConfig mine = config.routes().get(route);
    RouteConfig theirs = before.config.routes().get(route);
    if (mine == null || theirs == null) {
      return false;
    }
    Tier first = mine.route().tiers().getFirst();
    return first.equals(theirs.route().tiers().getFirst())
        && first.targets().stream()
            .allMatch(target -> access(target).equals(before.access(target)));
  }
}
