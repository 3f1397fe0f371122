package dev.forebay.gateway.live;

import dev.forebay.core.Route;
import dev.forebay.core.Target;
import java.util.Map;

/** One route, and what became of its calls lately. */
record RouteReading(Route route, RouteTraffic traffic) {
  String name() {
    return route.name();
  }

  /** Whether no target of it takes calls. */
  boolean isCutOff(Map<String, TargetReading> targets) {
    return route.tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .map(Target::name)
        .allMatch(
            name -> {
              TargetReading target = targets.get(name);
              return target != null && target.isOpen();
            });
  }

  /** The share of the calls of the last minute that ended on one of these rungs. */
  double share(Rung... rungs) {
    long judged = traffic.judged(RouteTraffic.SECONDS);
    long ended = 0;
    for (Rung rung : rungs) {
      ended += traffic.lately(rung, RouteTraffic.SECONDS);
    }
    return judged == 0 ? 0 : (double) ended / judged;
  }
}
