package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.RetryPolicy.Cause;
import dev.forebay.core.health.RetryBudget;
import java.util.random.RandomGenerator;

/** What a failed attempt calls for, before it is checked whether time and budgets allow it. */
sealed interface RetryDecision {
  /** Why, in words. */
  String why();

  /**
   * Try again in this tier.
   *
   * @param cost what that takes of the retry budget
   * @param lostTokens model tokens burnt by the attempt that failed
   * @param delayNanos the pause before the same target is asked again
   * @param forCapacity whether a target that has capacity now is better than the pause
   */
  record Retry(int cost, long lostTokens, long delayNanos, boolean forCapacity, String why)
      implements RetryDecision {
    Retry(int cost, long lostTokens, long delayNanos, String why) {
      this(cost, lostTokens, delayNanos, false, why);
    }
  }

  /** Turn to the next tier. */
  record NextTier(String why) implements RetryDecision {}

  /** Answer the caller with the error. */
  record Stop(String why) implements RetryDecision {}

  /**
   * Whether the target cannot serve this call, now or later: it is out for the rest of it.
   *
   * @param foreign whether it serves another model than the one asked for, and refused the call
   */
  static boolean excludesTarget(Outcome.Failure failure, boolean foreign) {
    return foreign
        || (failure instanceof Outcome.Throttled t && t.quota() == Quota.DAY)
        || failure instanceof Outcome.Unwanted
        || (failure instanceof Outcome.Rejected r && r.about() == About.TARGET);
  }

  /**
   * What the call has been through in this tier is remembered in {@code tier}.
   *
   * @param foreign whether the target serves another model than the one asked for, and refused the
   *     call
   * @param mayBeChance whether a throttle was not foreseen, so that another attempt may be let in
   */
  static RetryDecision on(
      Outcome.Failure failure,
      boolean foreign,
      TierProgress tier,
      Call call,
      RetryPolicy policy,
      boolean hasFallback,
      boolean mayBeChance,
      RandomGenerator random) {
    return switch (failure) {
      case Outcome.Rejected f when foreign ->
          leave(tier, policy, "another model refuses this call (" + f.reason() + ")", random);
      case Outcome.Failed f when foreign ->
          leave(tier, policy, "another model cannot handle this call", random);
      case Outcome.Throttled f when f.quota() == Quota.DAY ->
          leave(tier, policy, "its quota for the day is used up", random);
      // The next attempt may be let in, and costs less than an answer of another model.
      case Outcome.Throttled f
          when mayBeChance && hasFallback && f.hint().isZero() && !tier.retriedThrottle -> {
        tier.retriedThrottle = true;
        yield new Retry(RetryBudget.THROTTLED_COST, 0, 0, "throttled, perhaps by chance");
      }
      case Outcome.Throttled f -> {
        long delay = tier.backoff(policy, Cause.THROTTLED, tier.throttles++, random);
        yield new Retry(RetryBudget.THROTTLED_COST, 0, delay, true, "throttled");
      }
      // Loading a model takes as long as a quota needs to refill, and a retry costs as much as
      // after a fault.
      case Outcome.NotReady f -> {
        long delay = tier.backoff(policy, Cause.THROTTLED, tier.throttles++, random);
        yield new Retry(RetryBudget.TRANSIENT_COST, 0, delay, "the model is not ready");
      }
      case Outcome.Unavailable f when !tier.retriedAtOnce -> {
        tier.retriedAtOnce = true;
        yield new Retry(RetryBudget.TRANSIENT_COST, 0, 0, "unavailable");
      }
      case Outcome.Unavailable f -> transientRetry(0, tier, policy, "unavailable", random);
      case Outcome.Failed f when f.fault() == Fault.MODEL && hasFallback ->
          new NextTier("the model failed");
      case Outcome.Failed f -> transientRetry(0, tier, policy, "failed", random);
      // A second wait of this length is worth it only elsewhere, or where there is nowhere to turn.
      case Outcome.TimedOut f when tier.retriedTimeout || (!tier.hasFresh() && hasFallback) ->
          new NextTier("timed out");
      case Outcome.TimedOut f -> {
        tier.retriedTimeout = true;
        long lostTokens = (long) call.inputTokens() + call.maxOutputTokens();
        yield transientRetry(lostTokens, tier, policy, "timed out", random);
      }
      case Outcome.Unwanted f ->
          leave(tier, policy, "its answer is unusable (" + f.flaw().label() + ")", random);
      case Outcome.Rejected f when f.about() == About.TARGET ->
          leave(tier, policy, "it cannot serve this call", random);
      case Outcome.Rejected f -> new Stop("the request was rejected");
      case Outcome.Interrupted f -> new Stop("the answer broke off");
    };
  }

  /** The target is out for this call; another one of the tier is no retry and costs nothing. */
  private static Retry leave(
      TierProgress tier, RetryPolicy policy, String why, RandomGenerator random) {
    return new Retry(0, 0, tier.backoff(policy, Cause.THROTTLED, tier.throttles, random), why);
  }

  private static Retry transientRetry(
      long lostTokens, TierProgress tier, RetryPolicy policy, String why, RandomGenerator random) {
    long delay = tier.backoff(policy, Cause.TRANSIENT, tier.transients++, random);
    return new Retry(RetryBudget.TRANSIENT_COST, lostTokens, delay, why);
  }
}
