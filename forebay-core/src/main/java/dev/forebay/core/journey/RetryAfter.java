package dev.forebay.core.journey;

import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.health.Cooldown;
import java.time.Duration;

/** When the caller of a refused call should ask again. Zero says nothing about it. */
public final class RetryAfter {
  /** No refusal names less, so that refused callers do not come back at once, all together. */
  public static final Duration SHORTEST = Duration.ofSeconds(1);

  private RetryAfter() {}

  /**
   * After the failure that the call ends with.
   *
   * @param nextBackoff what the call would have waited before its next attempt
   */
  static Duration of(Outcome.Failure last, Duration nextBackoff) {
    return switch (last) {
      case Outcome.Throttled f when f.quota() == Quota.DAY -> Cooldown.LONGEST;
      case Outcome.Throttled f -> atLeast(nextBackoff, f.hint());
      case Outcome.NotReady f -> atLeast(nextBackoff, f.hint());
      case Outcome.Unavailable f -> atLeast(nextBackoff, f.hint());
      case Outcome.Failed f -> Duration.ZERO;
      case Outcome.TimedOut f -> Duration.ZERO;
      case Outcome.Interrupted f -> Duration.ZERO;
      case Outcome.Rejected f -> Duration.ZERO;
      case Outcome.Unwanted f -> Duration.ZERO;
    };
  }

  /** After a call that was never sent, since no target has capacity before that time. */
  static Duration untilCapacity(long nanos) {
    return atLeast(Duration.ofNanos(nanos), Duration.ZERO);
  }

  private static Duration atLeast(Duration wait, Duration hint) {
    Duration longer = wait.compareTo(hint) > 0 ? wait : hint;
    return longer.compareTo(SHORTEST) > 0 ? longer : SHORTEST;
  }
}
