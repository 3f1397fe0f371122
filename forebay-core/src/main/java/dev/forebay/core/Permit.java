package dev.forebay.core;

import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Limit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt holds of its target, from its begin to its single end: a place in flight, and
 * the breaker's leave to be judged by. Not thread-safe; the state behind it is.
 */
final class Permit extends LateWatch.Watched {
  private final TargetState state;
  private final Step.Attempt attempt;
  private final BreakerPolicy breakerPolicy;
  private final int retryCost;
  private final long breakerStamp;
  private final long begunAtNanos;
  private final long slowNanos;
  private final boolean counts;
  private final Reservation reservation;
  private long outputSeen;
  private boolean watched;

  /** Whether the breaker has heard of it. */
  private boolean judged;

  private boolean hasContent;
  private long contentAtNanos;

  private Permit(
      TargetState state,
      BreakerPolicy breakerPolicy,
      Step.Attempt attempt,
      int retryCost,
      long breakerStamp,
      long begunAtNanos,
      long slowNanos,
      boolean counts,
      Reservation reservation) {
    this.state = state;
    this.attempt = attempt;
    this.breakerPolicy = breakerPolicy;
    this.retryCost = retryCost;
    this.breakerStamp = breakerStamp;
    this.begunAtNanos = begunAtNanos;
    this.slowNanos = slowNanos;
    this.counts = counts;
    this.reservation = reservation;
  }

  /**
   * Begins an attempt, if the breaker and the gate for retries in flight let it.
   *
   * @param attempt the attempt as its driver will see it
   * @param retryCost what the retry budget was charged, 0 for an attempt that is no retry
   * @param leaseNanos when the attempt will have ended for sure: a probe is lost only after that
   * @param slowNanos from what duration on silence is the target's fault
   * @param counts whether a failure counts against the target
   * @param lastResort whether the call has nowhere else to go, see {@link
   *     Breaker#tryAcquireLastResort}
   * @param reservation what was reserved of its quota; given back if the attempt may not begin
   * @return null if one of them refuses; then nothing is held
   */
  static @Nullable Permit acquire(
      TargetState state,
      BreakerPolicy breakerPolicy,
      Step.Attempt attempt,
      int retryCost,
      long leaseNanos,
      long slowNanos,
      boolean counts,
      boolean lastResort,
      Reservation reservation,
      long nowNanos) {
    Breaker breaker = state.breaker();
    long stamp =
        lastResort
            ? breaker.tryAcquireLastResort(leaseNanos, nowNanos)
            : breaker.tryAcquire(leaseNanos, nowNanos);
    if (stamp == Breaker.REFUSED) {
      state.admission().giveBack(reservation, nowNanos);
      return null;
    }
    if (!state.retryBudget().begin(retryCost > 0)) {
      breaker.release(stamp);
      state.admission().giveBack(reservation, nowNanos);
      return null;
    }
    Permit permit =
        new Permit(
            state,
            breakerPolicy,
            attempt,
            retryCost,
            stamp,
            nowNanos,
            slowNanos,
            counts,
            reservation);
    permit.watched = reservation.call().streaming() && state.watch(permit, nowNanos);
    return permit;
  }

  /** Streams of like size are late after like times. */
  int inputTokens() {
    return reservation.call().inputTokens();
  }

  /** It was found late while under way: a failure now, whatever comes of it. */
  void foundLate(RandomGenerator random, long nowNanos) {
    state.breaker().failed(breakerStamp, breakerPolicy, random, nowNanos);
  }

  Step.Attempt attempt() {
    return attempt;
  }

  Target target() {
    return attempt.target();
  }

  long heldNanos(long nowNanos) {
    return nowNanos - begunAtNanos;
  }

  /** The first content came: the target works, whatever becomes of the rest. */
  void contentStarted(RandomGenerator random, long nowNanos) {
    stopWatching();
    long took = heldNanos(nowNanos);
    boolean slow = state.profile().isSlowFirstToken(inputTokens(), took);
    state.profile().firstToken(inputTokens(), took, nowNanos);
    contentAtNanos = nowNanos;
    hasContent = true;
    if (!judged) {
      judged = true;
      state.breaker().succeeded(breakerStamp, slow, breakerPolicy, random, nowNanos);
      state.lineDecidesAgain(nowNanos);
    }
  }

  /** So much output has come. */
  void produced(long outputTokens, long nowNanos) {
    outputSeen = Math.max(outputSeen, outputTokens);
    state.admission().extend(reservation, outputSeen, nowNanos);
  }

  /** The attempt is over: gives back what is held, and lets the target be judged by it. */
  void end(Outcome outcome, RandomGenerator random, long nowNanos) {
    stopWatching();
    state.retryBudget().end(retryCost > 0);
    long firstToken =
        outcome instanceof Outcome.Throttled
            ? state.profile().firstTokenNanos(inputTokens(), nowNanos)
            : 0;
    state.admission().settle(reservation, outcome, outputSeen, firstToken, nowNanos);
    switch (outcome) {
      case Outcome.Succeeded success -> succeeded(success, random, nowNanos);
      case Outcome.Unavailable f -> failed(random, nowNanos);
      // The same request would make the same model stumble elsewhere: it says little of the target.
      case Outcome.Failed f when f.fault() == Fault.MODEL -> release();
      case Outcome.Failed f -> failed(random, nowNanos);
      case Outcome.TimedOut f when f.limit() == Limit.UPSTREAM -> failed(random, nowNanos);
      // A caller in a hurry gives up early, which is no fault of the target's.
      case Outcome.TimedOut f when heldNanos(nowNanos) < slowNanos -> release();
      case Outcome.TimedOut f -> failed(random, nowNanos);
      case Outcome.Interrupted f -> failed(random, nowNanos);
      case Outcome.Throttled f -> responded(nowNanos);
      case Outcome.NotReady f -> release();
      case Outcome.Rejected f -> responded(nowNanos);
      case Outcome.Cancelled f -> release();
    }
  }

  private void succeeded(Outcome.Succeeded success, RandomGenerator random, long nowNanos) {
    int output = success.usage().output();
    if (hasContent) {
      long took = nowNanos - contentAtNanos;
      boolean slow = state.profile().isSlowOutput(output, took);
      state.profile().output(output, took, nowNanos);
      state.breaker().flowed(breakerStamp, slow, breakerPolicy, random, nowNanos);
    } else {
      state.profile().wholeAnswer(inputTokens(), output, heldNanos(nowNanos), nowNanos);
      state.breaker().succeeded(breakerStamp, nowNanos);
    }
    state.retryBudget().credit(Math.max(1, retryCost), nowNanos);
    state.retryBudget().earn(success.usage().total(), nowNanos);
  }

  private void stopWatching() {
    if (watched) {
      watched = false;
      judged |= !state.stopWatching(this);
    }
  }

  private void responded(long nowNanos) {
    if (!judged) {
      state.breaker().responded(breakerStamp, nowNanos);
    }
  }

  private void failed(RandomGenerator random, long nowNanos) {
    if (judged && !hasContent) {
      return;
    }
    if (counts || judged) {
      state.breaker().failed(breakerStamp, breakerPolicy, random, nowNanos);
      state.lineDecidesAgain(nowNanos);
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
