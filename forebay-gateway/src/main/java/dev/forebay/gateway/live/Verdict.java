package dev.forebay.gateway.live;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How it stands, in one sentence, and why.
 *
 * @param level {@code ok}, or the level of an alarm
 * @param why the alarms that explain it; empty if there is nothing to explain
 */
record Verdict(String level, String headline, String why) {
  private static final int SECONDS = 10;
  private static final double NOTEWORTHY = 0.05;
  private static final int REASONS = 3;

  /** What says why something is wrong, not that it is. */
  private static final Set<String> CAUSES =
      Set.of(
          "cut-off",
          "breaker",
          "throttled",
          "day-quota",
          "quota",
          "rate",
          "gate",
          "rejected",
          "waiting",
          "queue",
          "queue-store");

  static Verdict of(Collection<RouteReading> routes, List<Alarm> alarms) {
    String worst = alarms.isEmpty() ? "ok" : alarms.getFirst().level().label();
    String why =
        alarms.stream()
            .filter(alarm -> CAUSES.contains(alarm.kind()))
            .limit(REASONS)
            .map(alarm -> alarm.about() + ": " + alarm.text())
            .collect(Collectors.joining(" "));
    long judged = routes.stream().mapToLong(route -> route.traffic().judged(SECONDS)).sum();
    if (judged == 0) {
      return new Verdict(worst, "No calls in the last %d seconds.".formatted(SECONDS), why);
    }
    double failing = share(routes, judged, Rung.REFUSED, Rung.BROKEN);
    double standIn = share(routes, judged, Rung.STALE, Rung.CANNED);
    double fallback = share(routes, judged, Rung.FALLBACK);
    double retried = share(routes, judged, Rung.RETRIED);
    if (failing > NOTEWORTHY) {
      return new Verdict("critical", Alarms.percent(failing) + " of the calls fail.", why);
    }
    if (standIn > 0) {
      return new Verdict(
          atLeastWarning(worst),
          Alarms.percent(standIn) + " of the calls get a kept or canned answer.",
          why);
    }
    if (fallback > 0) {
      return new Verdict(
          fallback > NOTEWORTHY ? atLeastWarning(worst) : worst,
          Alarms.percent(fallback) + " of the calls are answered by a fallback.",
          why);
    }
    if (failing > 0) {
      return new Verdict(worst, Alarms.percent(failing) + " of the calls fail.", why);
    }
    if (retried > NOTEWORTHY) {
      return new Verdict(
          worst, Alarms.percent(retried) + " of the calls need more than one attempt.", why);
    }
    return new Verdict(worst, "Calls are answered by the model they ask for.", why);
  }

  private static String atLeastWarning(String level) {
    return level.equals("critical") ? level : "warning";
  }

  private static double share(Collection<RouteReading> routes, long judged, Rung... rungs) {
    long sum = 0;
    for (RouteReading route : routes) {
      for (Rung rung : rungs) {
        sum += route.traffic().lately(rung, SECONDS);
      }
    }
    return (double) sum / judged;
  }

  JsonObject json() {
    return new JsonObject().put("level", level).put("headline", headline).put("why", why);
  }
}
