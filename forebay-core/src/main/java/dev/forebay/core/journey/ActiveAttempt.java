package dev.forebay.core.journey;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Limit;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.admission.Reservation;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.health.StallDetector;
import dev.forebay.core.targets.TargetState;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, and what it holds of its target from its begin to its single end: a place in flight,
 * a reservation, and the breaker's permission. It is its own reservation because both have the same
 * lifetime, once for each call. Not thread-safe; the state behind it is.
 */
final class ActiveAttempt extends Reservation implements Step.Attempt, StallDetector.Owner {
  private static final long PROBE_MARGIN_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long LATE_TIMER_NANOS = Duration.ofSeconds(1).toNanos();

  /** A failure counts against the target. */
  private static final int COUNTS = 1;

  /** The breaker has counted it. */
  private static final int JUDGED = 2;

  /** Its first frame has come. */
  private static final int HAS_FIRST_FRAME = 4;

  private final Journey journey;
  private final TargetState state;
  private final Target target;

  // Small, as there are many: so an attempt takes 96 bytes.
  private short number;
  private byte retryCost;
  private byte flags;
  private long firstFrameByNanos;
  private long breakerStamp;
  private int outputSeen;
  private StallDetector.@Nullable Watched watched;

  /** An attempt that has not begun, and reserved nothing. */
  ActiveAttempt(Journey journey, TargetState state, Target target) {
    super(journey.call(), journey.endByNanos());
    this.journey = journey;
    this.state = state;
    this.target = target;
  }

  /**
   * Begins the attempt, if the breaker and the bound of retries in flight let it; else nothing is
   * held any more, what was reserved included.
   *
   * @param ofCall which of the call's attempts it is, from 1
   * @param cost what the retry budget was charged, 0 for an attempt that is no retry
   * @param failuresCount whether a failure counts against the target
   * @param lastResort whether the call has nowhere else to go, see {@link
   *     Breaker#tryAcquireLastResort}
   */
  boolean tryBegin(
      int ofCall,
      int cost,
      boolean failuresCount,
      long firstFrameBy,
      boolean lastResort,
      long nowNanos) {
    number = (short) ofCall;
    retryCost = (byte) cost;
    flags = (byte) (failuresCount ? COUNTS : 0);
    firstFrameByNanos = firstFrameBy;
    Breaker breaker = state.breaker();
    // A probe is lost only when its attempt has ended for sure, or has shown life, which it
    // reports.
    long lease = firstFrameByNanos - nowNanos + PROBE_MARGIN_NANOS;
    breakerStamp =
        lastResort
            ? breaker.tryAcquireLastResort(lease, nowNanos)
            : breaker.tryAcquire(lease, nowNanos);
    if (breakerStamp == Breaker.REFUSED) {
      state.admission().giveBack(this, nowNanos);
      return false;
    }
    // The reservation counts as under way already.
    if (retryCost > 0 && !state.retryBudget().begin(retryCost, state.inFlight() - 1, policy())) {
      breaker.release(breakerStamp);
      state.circuitChanged(nowNanos);
      state.admission().giveBack(this, nowNanos);
      return false;
    }
    sends(nowNanos);
    if (journey.call().streaming()) {
      watched = state.watch(this, inputTokens(), nowNanos);
    }
    return true;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public long firstFrameByNanos() {
    return firstFrameByNanos;
  }

  @Override
  public long lastNanos() {
    return Step.Attempt.super.lastNanos();
  }

  @Override
  public long endByNanos() {
    return journey.endByNanos();
  }

  @Override
  public long hedgeAtNanos() {
    return journey.hedgeAtNanos(this);
  }

  private int inputTokens() {
    return journey.call().inputTokens();
  }

  /** It was found late while under way: a failure now, whatever comes of it. */
  @Override
  public void foundLate(RandomGenerator random, long nowNanos) {
    state
        .breaker()
        .failed(breakerStamp, state.inFlight(), heldNanos(nowNanos), policy(), random, nowNanos);
  }

  long heldNanos(long nowNanos) {
    return nowNanos - begunAtNanos();
  }

  /** Whether its first frame has come. */
  boolean hasFirstFrame() {
    return is(HAS_FIRST_FRAME);
  }

  /**
   * The first frame came, with content or without: the target is not hung. A probe has found what
   * it was sent for, unless it came as slowly as those that opened the circuit.
   */
  void firstFrameReceived(long nowNanos) {
    if (is(HAS_FIRST_FRAME)) {
      return;
    }
    stopWatching();
    set(HAS_FIRST_FRAME);
    firstFrameComes(nowNanos);
    if (!is(JUDGED)
        && !isSlowStart(nowNanos)
        && state.breaker().respondedToProbe(breakerStamp, nowNanos)) {
      set(JUDGED);
      state.circuitChanged(nowNanos);
    }
  }

  /** Thinking time does not count: what counts is when the target began to answer. */
  private boolean isSlowStart(long nowNanos) {
    long began = is(HAS_FIRST_FRAME) ? contentAtNanos() : nowNanos;
    return state.profile().isSlowFirstToken(inputTokens(), heldNanos(began));
  }

  /** The first content came: the target works, whatever becomes of the rest. */
  void contentStarted(RandomGenerator random, long nowNanos) {
    stopWatching();
    boolean slow = isSlowStart(nowNanos);
    state.admission().contentStarted(this, nowNanos);
    if (!is(JUDGED)) {
      set(JUDGED);
      state.breaker().succeeded(breakerStamp, slow, policy(), random, nowNanos);
      state.recheckQueue(nowNanos);
      state.circuitChanged(nowNanos);
    }
  }

  /** So much output has come. */
  void produced(long outputTokens, long nowNanos) {
    outputSeen = Math.clamp(outputTokens, outputSeen, Integer.MAX_VALUE);
    state.admission().extend(this, outputSeen, nowNanos);
  }

  /** The attempt is over: gives back what is held, and lets the target be judged by it. */
  void end(Outcome outcome, RandomGenerator random, long nowNanos) {
    stopWatching();
    if (retryCost > 0) {
      state.retryBudget().end();
    }
    // What nearly all do is apart, so that it is compiled as one with its callers.
    if (outcome instanceof Outcome.Succeeded success) {
      succeeded(success, random, nowNanos);
    } else if (outcome instanceof Outcome.Unwanted answer) {
      succeeded(new Outcome.Succeeded(answer.usage()), random, nowNanos);
    } else {
      state.admission().settle(this, outcome, outputSeen, nowNanos);
      judge(outcome, random, nowNanos);
    }
    state.circuitChanged(nowNanos);
  }

  private void judge(Outcome outcome, RandomGenerator random, long nowNanos) {
    switch (outcome) {
      case Outcome.Succeeded f -> throw new IllegalStateException("it succeeded");
      case Outcome.Unwanted f -> throw new IllegalStateException("it was answered");
      case Outcome.Unavailable f -> failed(random, nowNanos);
      case Outcome.Failed f -> failed(f, random, nowNanos);
      case Outcome.TimedOut f -> timedOut(f, random, nowNanos);
      case Outcome.Interrupted f -> failed(random, nowNanos);
      case Outcome.Throttled f -> responded(nowNanos);
      case Outcome.NotReady f -> release();
      case Outcome.Rejected f -> responded(nowNanos);
      case Outcome.Cancelled f -> release();
    }
  }

  private boolean isSlow(Outcome.Succeeded success, long nowNanos) {
    return hasContent()
        && state.profile().isSlowOutput(success.usage().output(), nowNanos - contentAtNanos());
  }

  private void succeeded(Outcome.Succeeded success, RandomGenerator random, long nowNanos) {
    // Judged by what was usual before it.
    boolean flowedSlowly = isSlow(success, nowNanos);
    state.admission().settle(this, success, outputSeen, nowNanos);
    if (hasContent()) {
      state.breaker().recordThroughput(breakerStamp, flowedSlowly, policy(), random, nowNanos);
    } else {
      state.breaker().succeeded(breakerStamp, nowNanos);
    }
    state.retryBudget().credit(Math.max(RetryBudget.SUCCESS_CREDIT, retryCost), nowNanos);
  }

  private void failed(Outcome.Failed failure, RandomGenerator random, long nowNanos) {
    if (failure.fault() == Fault.MODEL) {
      // The same request would fail on the same model elsewhere: it says little of the target.
      release();
    } else {
      failed(random, nowNanos);
    }
  }

  private void timedOut(Outcome.TimedOut failure, RandomGenerator random, long nowNanos) {
    boolean mayBeHaste = failure.limit() == Limit.DEADLINE || failure.limit() == Limit.FIRST_FRAME;
    if (mayBeHaste && (isOverdue(nowNanos) || heldNanos(nowNanos) < slowNanos(nowNanos))) {
      // The process stood still, or a caller in a hurry gives up early: no fault of the target's.
      release();
    } else {
      failed(random, nowNanos);
    }
  }

  /** Whether the timeout comes so late that the process must have been paused meanwhile. */
  private boolean isOverdue(long nowNanos) {
    return !hasContent() && nowNanos - firstFrameByNanos > LATE_TIMER_NANOS;
  }

  private void stopWatching() {
    if (watched != null) {
      if (!state.stopWatching(watched)) {
        set(JUDGED);
      }
      watched = null;
    }
  }

  private boolean is(int flag) {
    return (flags & flag) != 0;
  }

  private void set(int flag) {
    flags |= (byte) flag;
  }

  private void responded(long nowNanos) {
    if (!is(JUDGED)) {
      state.breaker().responded(breakerStamp, nowNanos);
    }
  }

  private void failed(RandomGenerator random, long nowNanos) {
    // What was found late has failed already.
    if (is(JUDGED) && !is(HAS_FIRST_FRAME) && !hasContent()) {
      return;
    }
    if (is(COUNTS) || is(JUDGED)) {
      state
          .breaker()
          .failed(breakerStamp, state.inFlight(), heldNanos(nowNanos), policy(), random, nowNanos);
      state.recheckQueue(nowNanos);
    } else {
      release();
    }
  }

  private void release() {
    if (!is(JUDGED)) {
      state.breaker().release(breakerStamp);
    }
  }

  /** From what duration on silence is the target's fault. */
  private long slowNanos(long nowNanos) {
    return journey.plan().slowNanos(target, nowNanos);
  }

  private BreakerPolicy policy() {
    return journey.route().breaker();
  }

  @Override
  public String toString() {
    return "attempt " + number + " on " + target.name();
  }
}
