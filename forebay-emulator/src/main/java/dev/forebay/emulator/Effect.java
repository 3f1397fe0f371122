package dev.forebay.emulator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a fault does to a request. Events are counted without the response's head: {@code
 * afterEvents} 0 acts as the first event, 1 after {@code messageStart} and so on; past the end it
 * acts where the stream would end.
 */
public sealed interface Effect {
  /** Refuses with 429 ThrottlingException. */
  record Throttle(ErrorType.Reason reason, @Nullable Duration retryAfter) implements Effect {}

  /** Refuses with 503 ServiceUnavailableException. */
  record Unavailable(@Nullable Duration retryAfter) implements Effect {}

  /** Refuses with any exception; without a message, with its usual one. */
  record Failure(ErrorType exception, @Nullable String message, @Nullable Duration retryAfter)
      implements Effect {}

  /** Closes the connection without an answer. */
  record Outage() implements Effect {}

  /** Accepts the request and never answers, or never goes on after the head. */
  record Hang(Phase at) implements Effect {}

  /** Multiplies the time to the first token and adds to it. */
  record SlowFirstToken(double factor, Duration delay) implements Effect {}

  /** Goes silent in mid-stream, for a time or for good. */
  record Stall(int afterEvents, @Nullable Duration duration) implements Effect {}

  /** Ends the stream with an exception event. */
  record ExceptionEvent(ErrorType exception, @Nullable String message, int afterEvents)
      implements Effect {}

  /**
   * Breaks the connection by a TCP reset, over HTTP/2 the stream by RST_STREAM; {@code afterEvents}
   * counts only in mid-stream. A unary answer breaks in the middle of its body.
   */
  record Reset(Phase at, int afterEvents) implements Effect {}

  /** Ends the stream cleanly, without its terminal event. */
  record Truncate(int afterEvents, boolean halfFrame) implements Effect {}

  /** Closes the connection in mid-stream, or in the middle of a unary body. */
  record Cut(int afterEvents, boolean halfFrame) implements Effect {}

  /** Sends the next event with a wrong checksum. */
  record MalformedFrame(int afterEvents) implements Effect {}

  /** Answers as a guardrail that intervenes does, with its words in place of the model's. */
  record Guardrail(String text) implements Effect {
    static final String USUAL_TEXT = "Sorry, the model cannot answer this question.";
  }

  /** Answers with something else than JSON, or than HTTP. */
  record Garbage(Kind kind) implements Effect {
    /** What the garbage replaces. */
    public enum Kind {
      /** 200 with an HTML page for a body. */
      BODY("body"),
      /** Bytes that are no HTTP, then a closed connection. */
      HTTP("http");

      private final String key;

      Kind(String key) {
        this.key = key;
      }

      String key() {
        return key;
      }
    }
  }

  /** A point in the life of a request. */
  enum Phase {
    /** Instead of an answer. */
    REQUEST("request"),
    /** Where the head is due: a reset follows it, a hang withholds it. */
    HEADERS("headers"),
    /** After the head, before the first event. */
    FIRST_TOKEN("firstToken"),
    /** After some events. */
    MID_STREAM("midStream");

    private final String key;

    Phase(String key) {
      this.key = key;
    }

    String key() {
      return key;
    }
  }

  /** The name of this effect in a fault script. */
  default String key() {
    return switch (this) {
      case Throttle ignored -> "throttle";
      case Unavailable ignored -> "unavailable";
      case Failure ignored -> "error";
      case Outage ignored -> "outage";
      case Hang ignored -> "hang";
      case SlowFirstToken ignored -> "slowFirstToken";
      case Stall ignored -> "stall";
      case ExceptionEvent ignored -> "exceptionEvent";
      case Reset ignored -> "reset";
      case Truncate ignored -> "truncate";
      case Cut ignored -> "cut";
      case MalformedFrame ignored -> "malformedFrame";
      case Guardrail ignored -> "guardrail";
      case Garbage ignored -> "garbage";
    };
  }

  /** Whether it has a meaning for unary answers too. */
  default boolean streamOnly() {
    return this instanceof Stall
        || this instanceof ExceptionEvent
        || this instanceof Truncate
        || this instanceof MalformedFrame;
  }
}
