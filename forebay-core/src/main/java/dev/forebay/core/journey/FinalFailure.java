package dev.forebay.core.journey;

import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.RetryPolicy.Cause;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The failure that a call ends with if no target answers. Of several the caller gets the first in
 * this order, and of equals the last:
 *
 * <ol>
 *   <li>an answer that its route did not want: the caller gets that answer;
 *   <li>a refusal of the request by the model asked for: it is final;
 *   <li>a throttle or a lack of capacity, which pass: that of the model asked for before another's,
 *       a minute's quota before a day's;
 *   <li>a fault or a timeout;
 *   <li>that no target of the model asked for can serve the call.
 * </ol>
 *
 * <p>What a target with another model refuses is none of these.
 *
 * @param attempt whose it is
 * @param servesAsked whether the target serves the model asked for
 * @param source what an answer of that attempt is
 * @param tier where it happened
 */
record FinalFailure(
    Step.Attempt attempt,
    Outcome.Failure failure,
    boolean servesAsked,
    Source source,
    TierProgress tier) {
  private static final int UNWANTED = 8;
  private static final int FINAL = 7;

  /** This one, unless the other says more. */
  FinalFailure over(@Nullable FinalFailure earlier) {
    return earlier == null || rank() >= earlier.rank() ? this : earlier;
  }

  /** Whether no other target need be asked. */
  boolean isFinal() {
    return rank() == FINAL;
  }

  /** What the call would have waited next, had there been time. */
  Duration nextWait(RetryPolicy policy, RandomGenerator random) {
    Cause cause = failure instanceof Outcome.Unavailable ? Cause.TRANSIENT : Cause.THROTTLED;
    int n = cause == Cause.TRANSIENT ? tier.transients : tier.throttles;
    return Duration.ofNanos(tier.backoff(policy, cause, n, random));
  }

  private int rank() {
    return switch (failure) {
      case Outcome.Unwanted f -> UNWANTED;
      case Outcome.Rejected f -> f.about() == About.TARGET ? 1 : FINAL;
      case Outcome.Throttled f when f.quota() == Quota.DAY -> servesAsked ? 5 : 3;
      case Outcome.Throttled f -> servesAsked ? 6 : 4;
      case Outcome.NotReady f -> servesAsked ? 6 : 4;
      case Outcome.Unavailable f -> servesAsked ? 6 : 4;
      case Outcome.Failed f -> 2;
      case Outcome.TimedOut f -> 2;
      case Outcome.Interrupted f -> 2;
    };
  }
}
