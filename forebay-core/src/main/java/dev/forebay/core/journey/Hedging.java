package dev.forebay.core.journey;

import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.HedgeBudget;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.targets.TargetState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether and when a second attempt of a call begins on another target beside the first. */
final class Hedging {
  /** A target that asked for a pause lately is short of capacity: no place for a second try. */
  private static final long QUIET_NANOS = Duration.ofSeconds(60).toNanos();

  private static final double MIN_FILL = 0.3;

  private Hedging() {}

  /** When to begin another attempt beside this one, which has none. */
  static long atNanos(AttemptTracker call, ActiveAttempt of) {
    if (!call.asked.hedge().enabled() || !call.call.streaming() || !call.call.repeatable()) {
      return Step.Attempt.NEVER;
    }
    long begunAt = of.begunAtNanos();
    int input = call.call.inputTokens();
    long after = call.state(of.target(), begunAt).profile().hedgeAfterNanos(input, begunAt);
    return after == LatencyProfile.NEVER ? Step.Attempt.NEVER : begunAt + after;
  }

  /** Begins an attempt beside the only one, or null if it is not worth it. */
  static @Nullable ActiveAttempt start(
      AttemptTracker call, ActiveAttempt only, TierProgress tier, long nowNanos) {
    RetryPolicy retry = call.asked.retry();
    if (only.hasFirstFrame()
        || call.attempts() >= retry.maxAttemptsPerCall()
        || call.tierAttempts() >= retry.maxAttempts()) {
      return null;
    }
    Target other = tier.another(candidate -> isAtEase(call, candidate, nowNanos), call.random);
    HedgeBudget share = call.state(only.target(), nowNanos).hedgeBudget();
    if (other == null
        || nowNanos - call.plan().latestBeginNanos(other, TimePlan.NO_TIER, nowNanos) >= 0
        || !share.take()) {
      return null;
    }
    ActiveAttempt hedge = begin(call, other, nowNanos);
    if (hedge == null) {
      share.giveBack();
    }
    return hedge;
  }

  /** A hedge pays like a retry, and waits for nothing. */
  private static @Nullable ActiveAttempt begin(AttemptTracker call, Target other, long nowNanos) {
    TargetState state = call.state(other, nowNanos);
    int cost = RetryBudget.TRANSIENT_COST;
    if (!state.retryBudget().charge(cost, 0, 0, nowNanos)) {
      return null;
    }
    ActiveAttempt hedge = new ActiveAttempt(call.journey(), state, other);
    if (!state.admission().reserve(hedge, nowNanos)
        || !call.tryBegin(hedge, cost, false, TimePlan.NO_TIER, nowNanos)) {
      state.retryBudget().refund(cost, 0, nowNanos);
      return null;
    }
    return hedge;
  }

  /**
   * Only a target that admits calls, has quota left and had no recent cooldown is asked beside
   * another.
   */
  private static boolean isAtEase(AttemptTracker call, Target candidate, long nowNanos) {
    TargetState state = call.state(candidate, nowNanos);
    return state.breakerAdmits(nowNanos)
        && state.cooldown().quietNanos(nowNanos) >= QUIET_NANOS
        && state.load(nowNanos).fill() > MIN_FILL;
  }
}
