package dev.forebay.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt ended. The dialect's classifier makes it from the wire, the {@code Journey}
 * decides on it; nothing else about an error matters to a policy.
 */
public sealed interface Outcome {

  /** The attempt failed with an error that can be shown to the caller. */
  sealed interface Failure extends Outcome {
    ErrorInfo error();

    /** The service's own lower bound for the wait before a retry; zero if it gave none. */
    default Duration hint() {
      return Duration.ZERO;
    }
  }

  /** A complete answer. */
  record Succeeded(TokenUsage usage) implements Outcome {}

  /**
   * A quota was used up (429). Says nothing about the target's health.
   *
   * @param quota which quota: waiting helps for {@link Quota#MINUTE} only
   */
  record Throttled(Quota quota, Duration hint, ErrorInfo error) implements Failure {}

  /** The service lacked capacity (503). */
  record Unavailable(Duration hint, ErrorInfo error) implements Failure {}

  /** The model is being loaded (429 ModelNotReadyException). */
  record NotReady(Duration hint, ErrorInfo error) implements Failure {}

  /** The attempt broke before any content reached the caller. */
  record Failed(Fault fault, ErrorInfo error) implements Failure {}

  /** The attempt took too long and was given up. */
  record TimedOut(Limit limit, ErrorInfo error) implements Failure {}

  /** The answer broke off after content had reached the caller: no retry can repair it. */
  record Interrupted(ErrorInfo error) implements Failure {}

  /**
   * The request itself was refused (400, 403, 404): the same request is refused again.
   *
   * @param reason why, in words that may be logged: of the request it holds nothing
   */
  record Rejected(About about, ErrorInfo error, String reason) implements Failure {
    /** A refusal of which status and name are all that may be said. */
    public Rejected(About about, ErrorInfo error) {
      this(about, error, error.label());
    }
  }

  /**
   * A whole answer, but one with a flaw for which its route wants another. The target did its work;
   * the answer is kept for the case that none is better.
   */
  record Unwanted(Flaw flaw, TokenUsage usage) implements Failure {
    @Override
    public ErrorInfo error() {
      return new ErrorInfo(
          424, "ModelErrorException", "The answer is unusable: " + flaw.label() + ".");
    }
  }

  /** The caller left. */
  record Cancelled() implements Outcome {}

  /** The span of time over which a quota counts. */
  enum Quota {
    MINUTE,
    DAY
  }

  /**
   * What broke. A {@link #MODEL} fault is met by another model rather than by the same one again.
   */
  enum Fault {
    MODEL,
    SERVICE,
    CONNECTION
  }

  /** Which limit of time was reached. */
  enum Limit {
    /** No first frame, or no whole answer, within the time that leaves a fallback its own. */
    FIRST_FRAME,
    /** The same, by the call's deadline. */
    DEADLINE,
    /** Frames, but no content. */
    FIRST_TOKEN,
    /** No further frame. */
    IDLE,
    /** No end. */
    TOTAL,
    /** The service gave up by itself (408). */
    UPSTREAM
  }

  /**
   * Whether a rejection concerns the call, or only this target (no access, not offered there), or
   * what the driver can leave out of the call: the same target then gets it once more.
   */
  enum About {
    CALL,
    TARGET,
    FORM
  }

  /** The tokens of the whole answer that came, wanted or not; null if none did. */
  default @Nullable TokenUsage answerUsage() {
    return switch (this) {
      case Succeeded success -> success.usage();
      case Unwanted unwanted -> unwanted.usage();
      default -> null;
    };
  }

  /**
   * Whether the target refused the call (400, 403, 404), or its model could not handle it (424).
   * From a target that serves another model than the one asked for, this is about that target.
   */
  default boolean isRefusal() {
    return this instanceof Rejected
        || (this instanceof Failed failed && failed.fault() == Fault.MODEL);
  }

  /** One word or two for logs and metric labels, in lower case. */
  default String label() {
    return switch (this) {
      case Succeeded s -> "succeeded";
      case Throttled t -> t.quota() == Quota.DAY ? "throttled_day" : "throttled";
      case Unavailable u -> "unavailable";
      case NotReady n -> "not_ready";
      case Failed f -> "failed";
      case TimedOut t -> "timed_out";
      case Interrupted i -> "interrupted";
      case Rejected r -> "rejected";
      case Unwanted u -> "unwanted";
      case Cancelled c -> "cancelled";
    };
  }
}
