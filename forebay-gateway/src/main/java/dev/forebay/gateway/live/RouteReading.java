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

  /** How many calls of the last so many seconds ended on one of these dispositions. */
  long ended(int seconds, Disposition... dispositions) {
    long sum = 0;
    for (Disposition disposition : dispositions) {
      sum += traffic.lately(disposition, seconds);
    }
    return sum;
  }

  /** All calls of the last so many seconds, but those whose callers left. */
  long judged(int seconds) {
    return traffic.judged(seconds);
  }
}
