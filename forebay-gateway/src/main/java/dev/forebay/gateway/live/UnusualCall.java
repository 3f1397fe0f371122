package dev.forebay.gateway.live;

import dev.forebay.core.Outcome;
import dev.forebay.core.event.JourneyEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A call that did not go the usual way, with all its decisions. Holds nothing of its request and
 * its answer.
 *
 * @param id grows from call to call
 * @param endedAtMillis since 1970
 * @param steps at least its end
 */
record UnusualCall(
    long id,
    long endedAtMillis,
    String route,
    Disposition disposition,
    long startedAtNanos,
    long tookNanos,
    List<Step> steps) {

  /**
   * A decision. The events themselves hold on to their journey, and that to the whole request.
   *
   * @param atNanos by the ticker
   */
  record Step(long atNanos, String kind, String text) {}

  static UnusualCall of(
      long endedAtMillis,
      String route,
      Disposition disposition,
      long startedAtNanos,
      long tookNanos,
      List<JourneyEvent> events) {
    List<Step> steps =
        events.stream().map(each -> new Step(each.atNanos(), kind(each), each.text())).toList();
    return new UnusualCall(0, endedAtMillis, route, disposition, startedAtNanos, tookNanos, steps);
  }

  /** The same under a number of its own. */
  UnusualCall numbered(long number) {
    return new UnusualCall(
        number, endedAtMillis, route, disposition, startedAtNanos, tookNanos, steps);
  }

  /** Whether its caller got an error, or half an answer. */
  boolean isFailure() {
    return disposition == Disposition.REFUSED || disposition == Disposition.BROKEN;
  }

  /** How it ended, in a line. */
  String end() {
    return steps.getLast().text;
  }

  JsonObject json() {
    JsonArray json = new JsonArray();
    steps.forEach(step -> json.add(json(step)));
    return new JsonObject()
        .put("id", id)
        .put("at", endedAtMillis)
        .put("route", route)
        .put("rung", disposition.label())
        .put("tookMs", millis(tookNanos))
        .put("end", end())
        .put("steps", json);
  }

  private JsonObject json(Step step) {
    return new JsonObject()
        .put("ms", millis(step.atNanos - startedAtNanos))
        .put("kind", step.kind)
        .put("text", step.text);
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private static String kind(JourneyEvent step) {
    return switch (step) {
      case JourneyEvent.AttemptStarted e -> "attempt";
      case JourneyEvent.Sent e -> "sent";
      case JourneyEvent.Responded e -> "status";
      case JourneyEvent.Flawed e -> "failure";
      case JourneyEvent.ContentStarted e -> "content";
      case JourneyEvent.AttemptEnded e ->
          e.outcome() instanceof Outcome.Failure ? "failure" : "success";
      case JourneyEvent.Waiting e -> "wait";
      case JourneyEvent.Switched e -> "switch";
      case JourneyEvent.Answered e -> "end";
      case JourneyEvent.Interrupted e -> "end";
      case JourneyEvent.Served e -> "end";
      case JourneyEvent.Refused e -> "end";
      case JourneyEvent.CallerLeft e -> "end";
    };
  }
}
