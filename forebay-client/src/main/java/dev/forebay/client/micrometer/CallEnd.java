package dev.forebay.client.micrometer;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.event.JourneyEvent;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, in the gateway's words.
 *
 * @param answer {@code primary}, {@code fallback}, {@code cached}, {@code stale}, {@code canned},
 *     {@code refused}, {@code interrupted} or {@code cancelled}
 * @param error what its caller got in place of an answer; null if it got one, or left
 */
record CallEnd(String answer, @Nullable ErrorInfo error) {
  /** Null for events that end no call. */
  static @Nullable CallEnd of(JourneyEvent event) {
    return switch (event) {
      case JourneyEvent.Answered e -> new CallEnd(e.answer().source().label(), null);
      case JourneyEvent.Served e -> new CallEnd(e.source().label(), null);
      case JourneyEvent.Refused e -> new CallEnd("refused", e.refusal().error());
      case JourneyEvent.Interrupted e -> new CallEnd("interrupted", e.outcome().error());
      case JourneyEvent.CallerLeft e -> new CallEnd("cancelled", null);
      case JourneyEvent.AttemptStarted e -> null;
      case JourneyEvent.Sent e -> null;
      case JourneyEvent.Responded e -> null;
      case JourneyEvent.Flawed e -> null;
      case JourneyEvent.ContentStarted e -> null;
      case JourneyEvent.AttemptEnded e -> null;
      case JourneyEvent.Waiting e -> null;
      case JourneyEvent.Switched e -> null;
    };
  }

  /** The error as the value of a tag. */
  String errorType() {
    return error == null ? ErrorTypes.NONE : ErrorTypes.of(error);
  }
}
