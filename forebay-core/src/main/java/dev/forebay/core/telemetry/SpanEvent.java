package dev.forebay.core.telemetry;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import org.jspecify.annotations.Nullable;

/**
 * What a call's spans record of one event. The events themselves hold on to their journey, and that
 * to the whole request: neither may wait for a slow collector.
 */
public sealed interface SpanEvent {
  long atNanos();

  /** An error without its message, which may quote the request. */
  record Fault(int status, String type) {
    static Fault of(ErrorInfo error) {
      return new Fault(error.status(), error.type());
    }

    String label() {
      return status + " " + type;
    }
  }

  record Sent(long atNanos, int attempt) implements SpanEvent {}

  record Responded(long atNanos, int attempt, int status, @Nullable String requestId)
      implements SpanEvent {}

  record ContentStarted(long atNanos, int attempt, long afterNanos) implements SpanEvent {}

  /** An attempt's end, with either its tokens, or its error, or neither if it was cancelled. */
  record AttemptEnded(
      long atNanos, int attempt, String outcome, @Nullable TokenUsage usage, @Nullable Fault fault)
      implements SpanEvent {}

  record Waiting(long atNanos, long untilNanos, String why) implements SpanEvent {}

  record Switched(long atNanos, int tier, String why) implements SpanEvent {}

  record Answered(long atNanos, String target, String source, TokenUsage usage)
      implements SpanEvent {}

  record Interrupted(long atNanos, Fault fault) implements SpanEvent {}

  record Refused(long atNanos, String why, Fault fault) implements SpanEvent {}

  /** An answer of no attempt's, and why if it stands for an error. */
  record Served(long atNanos, String source, @Nullable String why, @Nullable Fault fault)
      implements SpanEvent {}

  record CallerLeft(long atNanos) implements SpanEvent {}

  /** Null for an attempt's start, which makes a span, and for events that no span records. */
  static @Nullable SpanEvent of(JourneyEvent event) {
    return switch (event) {
      case JourneyEvent.AttemptStarted e -> null;
      case JourneyEvent.Flawed e -> null;
      case JourneyEvent.Sent e -> new Sent(e.atNanos(), e.attempt().number());
      case JourneyEvent.Responded e ->
          new Responded(e.atNanos(), e.attempt().number(), e.status(), e.requestId());
      case JourneyEvent.ContentStarted e ->
          new ContentStarted(e.atNanos(), e.attempt().number(), e.afterNanos());
      case JourneyEvent.AttemptEnded e ->
          new AttemptEnded(
              e.atNanos(),
              e.attempt().number(),
              e.outcome().label(),
              e.outcome().answerUsage(),
              e.outcome() instanceof Outcome.Failure failure ? Fault.of(failure.error()) : null);
      case JourneyEvent.Waiting e -> new Waiting(e.atNanos(), e.untilNanos(), e.why());
      case JourneyEvent.Switched e -> new Switched(e.atNanos(), e.tier(), e.why());
      case JourneyEvent.Answered e ->
          new Answered(
              e.atNanos(), e.answer().target().name(), e.answer().source().label(), e.usage());
      case JourneyEvent.Interrupted e ->
          new Interrupted(e.atNanos(), Fault.of(e.outcome().error()));
      case JourneyEvent.Refused e ->
          new Refused(e.atNanos(), e.refusal().why(), Fault.of(e.refusal().error()));
      case JourneyEvent.Served e -> served(e, e.instead());
      case JourneyEvent.CallerLeft e -> new CallerLeft(e.atNanos());
    };
  }

  private static Served served(JourneyEvent.Served event, Step.@Nullable Refuse instead) {
    return instead == null
        ? new Served(event.atNanos(), event.source().label(), null, null)
        : new Served(
            event.atNanos(), event.source().label(), instead.why(), Fault.of(instead.error()));
  }
}
