package dev.forebay.gateway.live;

import dev.forebay.core.Step;
import dev.forebay.core.event.JourneyEvent;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a call ended, best first. */
enum Disposition {
  /** The first attempt, on the model that was asked for. */
  FIRST(0),
  /** The model that was asked for, after more than one attempt. */
  RETRIED(1),
  FALLBACK(2),
  CACHED(3),
  STALE(4),
  CANNED(5),
  /** Accepted into the durable queue. */
  QUEUED(6),
  REFUSED(7),
  /** Content had begun, and the rest was lost. */
  BROKEN(8),
  /** The caller left. */
  LEFT(9);

  private final int index;

  Disposition(int index) {
    this.index = index;
  }

  /** Its place in arrays: all of them are counted from 0. */
  int index() {
    return index;
  }

  /** The name in JSON. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether an operator may want to know how such a call went. */
  boolean isUnusual() {
    return this != FIRST && this != CACHED && this != QUEUED;
  }

  /** Whether the caller got something in place of a model's answer, because there was none. */
  boolean isStandIn() {
    return this == STALE || this == CANNED;
  }

  /** Where the call ended by this event; null if it goes on. */
  static @Nullable Disposition endedBy(JourneyEvent event) {
    return switch (event) {
      case JourneyEvent.Answered e when e.answer().source() == Step.Source.FALLBACK -> FALLBACK;
      case JourneyEvent.Answered e -> e.answer().attempts() > 1 ? RETRIED : FIRST;
      case JourneyEvent.Served e ->
          switch (e.source()) {
            case PRIMARY -> FIRST;
            case FALLBACK -> FALLBACK;
            case CACHED -> CACHED;
            case STALE -> STALE;
            case CANNED -> CANNED;
          };
      case JourneyEvent.Refused e -> REFUSED;
      case JourneyEvent.Interrupted e -> BROKEN;
      case JourneyEvent.CallerLeft e -> LEFT;
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
}
