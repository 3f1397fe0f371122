package dev.forebay.core;

import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Limit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt holds of its target, from its begin to its single end: a place in flight, and
 * the breaker's leave to be judged by. Not thread-safe; the state behind it is.
 */
final class Permit {
  private final TargetState state;
  private final BreakerPolicy breakerPolicy;
  private final int retryCost;
  private final long breakerStamp;
  private final long begunAtNanos;
  private final long slowNanos;
  private final boolean counts;
  private boolean judged;

  private Permit(
      TargetState state,
      BreakerPolicy breakerPolicy,
      int retryCost,
      long breakerStamp,
      long begunAtNanos,
      long slowNanos,
      boolean counts) {
    this.state = state;
    this.breakerPolicy = breakerPolicy;
    this.retryCost = retryCost;
    this.breakerStamp = breakerStamp;
    this.begunAtNanos = begunAtNanos;
    this.slowNanos = slowNanos;
    this.counts = counts;
  }

  /**
   * Begins an attempt, if the breaker and the gate for retries in flight let it.
   *
   * @param retryCost what the retry budget was charged, 0 for an attempt that is no retry
   * @param leaseNanos when the attempt will have ended for sure: a probe is lost only after that
   * @param slowNanos from what duration on silence is the target's fault
   * @param counts whether a failure counts against the target
   * @return null if one of them refuses; then nothing is held
   */
  static @Nullable Permit acquire(
      TargetState state,
      BreakerPolicy breakerPolicy,
      int retryCost,
      long leaseNanos,
      long slowNanos,
      boolean counts,
      long nowNanos) {
    long stamp = state.breaker().tryAcquire(leaseNanos, nowNanos);
    if (stamp == Breaker.REFUSED) {
      return null;
    }
    if (!state.retryBudget().begin(retryCost > 0)) {
      state.breaker().release(stamp);
      return null;
    }
    return new Permit(state, breakerPolicy, retryCost, stamp, nowNanos, slowNanos, counts);
  }

  long heldNanos(long nowNanos) {
    return nowNanos - begunAtNanos;
  }

  /** The first content came: the target works, whatever becomes of the rest. */
  void contentStarted(long nowNanos) {
    state.firstTokenAfter(heldNanos(nowNanos));
    judged = true;
    state.breaker().succeeded(breakerStamp, nowNanos);
  }

  /** The attempt is over: gives back what is held, and lets the target be judged by it. */
  void end(Outcome outcome, RandomGenerator random, long nowNanos) {
    state.retryBudget().end(retryCost > 0);
    switch (outcome) {
      case Outcome.Succeeded success -> succeeded(success, nowNanos);
      case Outcome.Unavailable f -> failed(random, nowNanos);
      // The same request would make the same model stumble elsewhere: it says little of the target.
      case Outcome.Failed f when f.fault() == Fault.MODEL -> release();
      case Outcome.Failed f -> failed(random, nowNanos);
      case Outcome.TimedOut f when f.limit() == Limit.UPSTREAM -> failed(random, nowNanos);
      // A caller in a hurry gives up early, which is no fault of the target's.
      case Outcome.TimedOut f when heldNanos(nowNanos) < slowNanos -> release();
      case Outcome.TimedOut f -> failed(random, nowNanos);
      case Outcome.Interrupted f -> failed(random, nowNanos);
      case Outcome.Throttled f -> release();
      case Outcome.NotReady f -> release();
      case Outcome.Rejected f -> release();
      case Outcome.Cancelled f -> release();
    }
  }

  private void succeeded(Outcome.Succeeded success, long nowNanos) {
    if (!judged) {
      state.wholeAnswerAfter(heldNanos(nowNanos));
      state.breaker().succeeded(breakerStamp, nowNanos);
    }
    state.retryBudget().credit(Math.max(1, retryCost), nowNanos);
    state.retryBudget().earn(success.usage().total(), nowNanos);
  }

  private void failed(RandomGenerator random, long nowNanos) {
    if (counts || judged) {
      state.breaker().failed(breakerStamp, breakerPolicy, random, nowNanos);
    } else {
      release();
    }
  }

  private void release() {
    if (!judged) {
      state.breaker().release(breakerStamp);
    }
  }
}
