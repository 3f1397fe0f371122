package dev.forebay.telemetry;

import dev.forebay.core.Step;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;

/** Which calls an operator wants to see, each of them: one definition for logs and traces. */
public final class Unusual {
  private Unusual() {}

  /**
   * Whether a call had an error, a retry, a fallback or a degraded answer.
   *
   * @param end the event that ended it; others are never unusual
   */
  public static boolean is(JourneyView journey, JourneyEvent end) {
    return switch (end) {
      case JourneyEvent.Answered e ->
          e.answer().source() == Step.Source.FALLBACK || journey.attempts() > 1;
      case JourneyEvent.Served e ->
          e.instead() != null || e.source() == Step.Source.FALLBACK || e.source().isDegraded();
      case JourneyEvent.Interrupted e -> true;
      case JourneyEvent.Refused e -> true;
      case JourneyEvent.CallerLeft e -> journey.attempts() > 1;
      case JourneyEvent.AttemptStarted e -> false;
      case JourneyEvent.Sent e -> false;
      case JourneyEvent.Responded e -> false;
      case JourneyEvent.Flawed e -> false;
      case JourneyEvent.ContentStarted e -> false;
      case JourneyEvent.AttemptEnded e -> false;
      case JourneyEvent.Waiting e -> false;
      case JourneyEvent.Switched e -> false;
    };
  }
}
