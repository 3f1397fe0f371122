package dev.forebay.simulator;

import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.TargetQuota.Joint;
import dev.forebay.core.TargetQuota.Split;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import java.util.List;

/** What the core knows of a target, in its own terms. */
final class CoreBridge {
  private CoreBridge() {}

  /**
   * A target with the quota that is configured.
   *
   * @param configured without figures if it is not; what an output token costs is a matter of the
   *     model, and known all the same
   */
  static Target target(String name, Timeouts timeouts, QuotaModel configured) {
    return new Target(
        name,
        timeouts,
        new Joint(
            configured.requestsPerMinute(),
            configured.tokensPerMinute(),
            Math.max(1, configured.burndown())));
  }

  /** The route as each of several gateways knows it: every quota by its part. */
  static Route share(Route route, int gateways) {
    if (gateways == 1) {
      return route;
    }
    List<Tier> tiers =
        route.tiers().stream()
            .map(tier -> new Tier(tier.targets().stream().map(t -> share(t, gateways)).toList()))
            .toList();
    return route.withTiers(tiers);
  }

  private static Target share(Target target, int gateways) {
    TargetQuota part =
        switch (target.quota()) {
          case Joint all ->
              new Joint(
                  part(all.requestsPerMinute(), gateways),
                  part(all.tokensPerMinute(), gateways),
                  all.burndown());
          case Split all ->
              new Split(
                  part(all.inputTokensPerMinute(), gateways),
                  part(all.outputTokensPerMinute(), gateways));
        };
    return new Target(target.name(), target.timeouts(), part);
  }

  /** 0 means unknown, so that a known quota keeps at least 1. */
  private static long part(long quota, int gateways) {
    return quota == 0 ? 0 : Math.max(1, quota / gateways);
  }
}
