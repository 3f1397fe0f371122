package dev.forebay.gateway.live;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How it stands, in one sentence. Its level is the sentence's: good news is {@code ok} whatever
 * else is wrong. Only if an alarm is critical and the calls' sentence is not, the alarm is the
 * headline.
 *
 * @param calls what callers get now
 * @param headline the same, or the worst critical alarm
 * @param why the alarms that explain it; empty if there is nothing to explain
 */
record OverallStatus(Sentence calls, Sentence headline, String why) {
  /** What "now" means. */
  static final int SECONDS = 10;

  private static final double NOTEWORTHY = 0.05;
  private static final int REASONS = 3;

  /**
   * A sentence and how bad it is.
   *
   * @param level {@code ok}, or the level of an alarm
   */
  record Sentence(String level, String text) {}

  static OverallStatus of(Collection<RouteReading> routes, List<Alarm> alarms, int underWay) {
    Sentence calls = calls(routes, alarms, underWay);
    Optional<Alarm> worst =
        alarms.stream()
            .filter(alarm -> alarm.level() == Alarm.Level.CRITICAL)
            .findFirst()
            .filter(alarm -> !calls.level.equals("critical"));
    Sentence headline = worst.map(alarm -> new Sentence("critical", sentence(alarm))).orElse(calls);
    List<Alarm> causes =
        alarms.stream()
            .filter(alarm -> alarm.kind().isCause() && worst.filter(alarm::equals).isEmpty())
            .toList();
    String why =
        causes.stream()
            .limit(REASONS)
            .map(OverallStatus::sentence)
            .collect(Collectors.joining(" "));
    if (causes.size() > REASONS) {
      why += " And %d more.".formatted(causes.size() - REASONS);
    }
    return new OverallStatus(
        calls, headline, worst.isPresent() ? (calls.text + ' ' + why).trim() : why);
  }

  private static String sentence(Alarm alarm) {
    return alarm.kind().isBanner() ? alarm.text() : alarm.about() + ": " + alarm.text();
  }

  private static Sentence calls(Collection<RouteReading> routes, List<Alarm> alarms, int underWay) {
    long judged = routes.stream().mapToLong(route -> route.judged(SECONDS)).sum();
    long left = ended(routes, Disposition.LEFT);
    if (left > NOTEWORTHY * (judged + left)) {
      return new Sentence(
          2 * left > judged + left ? "critical" : "warning",
          Alarms.share(left, judged + left) + " are abandoned by their callers.");
    }
    if (judged == 0) {
      return new Sentence(
          "info",
          underWay == 0
              ? "No calls in the last %d seconds.".formatted(SECONDS)
              : "No call has ended in the last %d seconds; %d under way."
                  .formatted(SECONDS, underWay));
    }
    long failing = ended(routes, Disposition.REFUSED, Disposition.BROKEN);
    if (failing > NOTEWORTHY * judged) {
      return new Sentence(
          isCritical(alarms, AlarmKind.FAILING) ? "critical" : "warning",
          Alarms.share(failing, judged) + " fail.");
    }
    long standIns = ended(routes, Disposition.STALE, Disposition.CANNED);
    if (standIns > 0) {
      return new Sentence(
          isCritical(alarms, AlarmKind.DEGRADED) ? "critical" : "warning",
          Alarms.share(standIns, judged) + " get a stale or canned answer.");
    }
    long fallbacks = ended(routes, Disposition.FALLBACK);
    if (fallbacks > 0) {
      return new Sentence(
          fallbacks > NOTEWORTHY * judged ? "warning" : "info",
          Alarms.share(fallbacks, judged) + " get a fallback's answer.");
    }
    if (failing > 0) {
      return new Sentence("info", Alarms.share(failing, judged) + " fail.");
    }
    long retried = ended(routes, Disposition.RETRIED);
    if (retried > NOTEWORTHY * judged) {
      return new Sentence("info", Alarms.share(retried, judged) + " need more than one attempt.");
    }
    return new Sentence("ok", "Calls are answered by the model they ask for.");
  }

  private static boolean isCritical(List<Alarm> alarms, AlarmKind kind) {
    return alarms.stream()
        .anyMatch(alarm -> alarm.kind() == kind && alarm.level() == Alarm.Level.CRITICAL);
  }

  private static long ended(Collection<RouteReading> routes, Disposition... dispositions) {
    return routes.stream().mapToLong(route -> route.ended(SECONDS, dispositions)).sum();
  }

  JsonObject json() {
    return new JsonObject()
        .put("level", headline.level)
        .put("headline", headline.text)
        .put("why", why)
        .put("calls", new JsonObject().put("level", calls.level).put("text", calls.text));
  }
}
