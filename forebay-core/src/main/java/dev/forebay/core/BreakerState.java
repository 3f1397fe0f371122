package dev.forebay.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One immutable state of a {@link Breaker}. Its stamp goes with every permit given in it; a result
 * counts only while the stamp is still the breaker's, so that a call begun long ago in another
 * state cannot open or close this one.
 */
sealed interface BreakerState {
  long stamp();

  /**
   * Calls pass; evidence is gathered. All counts halve every {@link Breaker#HALF_LIFE}; what
   * happens within a {@link Breaker#MOMENT} counts as of one time.
   *
   * <p>Nearly all reports are good ones that change nothing but a count. They are gathered beside
   * the other counts until the moment is over or something else happens; then they are sealed,
   * after which they do not change any more, and whoever comes makes the same next state of them.
   *
   * @param slow how many of the successes were slow
   * @param flows streams that came whole
   * @param slowFlows how many of these came slowly
   * @param atNanos the time for which the counts hold
   * @param inARow failures since the last success
   * @param gathered successes and flows since, as multiples of {@link #SUCCESS} and {@link #FLOW}
   */
  record Closed(
      long stamp,
      double successes,
      double slow,
      double failures,
      double flows,
      double slowFlows,
      long atNanos,
      int inARow,
      AtomicLong gathered)
      implements BreakerState {
    private static final long SUCCESS = 1;
    private static final int FLOW_BITS = 31;
    private static final long FLOW = SUCCESS << FLOW_BITS;
    private static final long SEALED = Long.MIN_VALUE;
    private static final double DECAY_PER_NANO = Math.log(2) / Breaker.HALF_LIFE.toNanos();

    static Closed empty(long stamp, long nowNanos) {
      return new Closed(stamp, 0, 0, 0, 0, 0, nowNanos, 0, new AtomicLong());
    }

    /** Counts a success that is not slow in place; false if that needs another state. */
    boolean gathersSuccess(long nowNanos) {
      return inARow == 0 && isSameMoment(nowNanos) && gathers(SUCCESS);
    }

    /** The same for a stream that came whole; false also if it may show that streams are slow. */
    boolean gathersFlow(long nowNanos) {
      return slowFlows == 0 && isSameMoment(nowNanos) && gathers(FLOW);
    }

    Closed success(boolean isSlow, long nowNanos) {
      return next(1, isSlow ? 1 : 0, 0, 0, 0, 0, nowNanos);
    }

    Closed failure(long nowNanos) {
      return next(0, 0, 1, 0, 0, inARow + 1, nowNanos);
    }

    Closed flow(boolean isSlow, long nowNanos) {
      return next(0, 0, 0, 1, isSlow ? 1 : 0, inARow, nowNanos);
    }

    boolean flowsSlowly(BreakerPolicy policy) {
      return flows >= policy.minimumCalls() && slowFlows >= Breaker.SLOW_RATIO * flows;
    }

    boolean isBroken(BreakerPolicy policy, int survivors) {
      double calls = successes + failures + survivors;
      double excess = failures - policy.failureRate() * calls;
      return (inARow >= Breaker.FAILURES_IN_A_ROW && excess >= 0)
          || (inARow >= Breaker.beyondChance(policy)
              && inARow >= policy.failureRate() * (inARow + survivors))
          || (successes + failures >= policy.minimumCalls()
              && excess >= Breaker.scatter(policy, calls));
    }

    boolean isSlow(BreakerPolicy policy) {
      double calls = successes + failures;
      return calls >= policy.minimumCalls() && slow >= Breaker.SLOW_RATIO * calls;
    }

    private Closed next(
        int success, int slowSuccess, int failure, int flow, int slowFlow, int row, long nowNanos) {
      long more = sealed();
      boolean same = isSameMoment(nowNanos);
      double kept = same ? 1 : Math.exp(-(nowNanos - atNanos) * DECAY_PER_NANO);
      return new Closed(
          stamp,
          (successes + (more & (FLOW - SUCCESS))) * kept + success,
          slow * kept + slowSuccess,
          failures * kept + failure,
          (flows + (more >> FLOW_BITS)) * kept + flow,
          slowFlows * kept + slowFlow,
          same ? atNanos : nowNanos,
          row,
          new AtomicLong());
    }

    /** Also if it lies before, as another thread's time may. */
    private boolean isSameMoment(long nowNanos) {
      return nowNanos - atNanos < Breaker.MOMENT_NANOS;
    }

    private boolean gathers(long one) {
      long seen = gathered.get();
      while (seen >= 0) {
        if (gathered.compareAndSet(seen, seen + one)) {
          return true;
        }
        seen = gathered.get();
      }
      return false;
    }

    /** What was gathered; nothing more is from then on. */
    private long sealed() {
      return gathered.getAndUpdate(seen -> seen | SEALED) & ~SEALED;
    }
  }

  /**
   * Nothing passes until a time.
   *
   * @param reopened how many probes have failed since the circuit was closed
   * @param slow whether the target worked, but slowly, when it was opened last
   */
  record Open(long stamp, int reopened, boolean slow, long untilNanos) implements BreakerState {}

  /**
   * A few calls pass as probes, twice as many after each success.
   *
   * @param allowed how many may be under way
   * @param underWay how many are
   * @param leaseUntilNanos when probes that have not reported count as lost
   * @param worked probes that found the target alive
   * @param failed probes that did not
   */
  record HalfOpen(
      long stamp,
      int reopened,
      boolean slow,
      int allowed,
      int underWay,
      long leaseUntilNanos,
      int worked,
      int failed)
      implements BreakerState {
    HalfOpen begin(long leaseUntil) {
      return new HalfOpen(stamp, reopened, slow, allowed, underWay + 1, leaseUntil, worked, failed);
    }

    HalfOpen success() {
      return end(allowed * 2, worked + 1, failed);
    }

    HalfOpen failure() {
      return end(allowed, worked, failed + 1);
    }

    HalfOpen release() {
      return end(allowed, worked, failed);
    }

    /**
     * Whether the failures are no more than the circuit is configured for, by one. A target that no
     * probe has found alive is given no more of them.
     */
    boolean tolerates(BreakerPolicy policy) {
      return worked > 0 && failed - policy.failureRate() * (worked + failed) < 1;
    }

    private HalfOpen end(int nowAllowed, int nowWorked, int nowFailed) {
      return new HalfOpen(
          stamp,
          reopened,
          slow,
          nowAllowed,
          Math.max(0, underWay - 1),
          leaseUntilNanos,
          nowWorked,
          nowFailed);
    }
  }
}
