package dev.forebay.core;

/**
 * One immutable state of a {@link Breaker}. Its stamp goes with every permit given in it; a result
 * counts only while the stamp is still the breaker's, so that a call begun long ago in another
 * state cannot open or close this one.
 */
sealed interface BreakerState {
  long stamp();

  /**
   * Calls pass; evidence is gathered. All counts halve every {@link Breaker#HALF_LIFE}.
   *
   * @param slow how many of the successes were slow
   * @param flows streams that came whole
   * @param slowFlows how many of these came slowly
   * @param atNanos the time for which the counts hold
   * @param inARow failures since the last success
   */
  record Closed(
      long stamp,
      double successes,
      double slow,
      double failures,
      double flows,
      double slowFlows,
      long atNanos,
      int inARow)
      implements BreakerState {
    private static final double DECAY_PER_NANO = Math.log(2) / Breaker.HALF_LIFE.toNanos();

    static Closed empty(long stamp, long nowNanos) {
      return new Closed(stamp, 0, 0, 0, 0, 0, nowNanos, 0);
    }

    Closed success(boolean isSlow, long nowNanos) {
      double kept = kept(nowNanos);
      return new Closed(
          stamp,
          successes * kept + 1,
          slow * kept + (isSlow ? 1 : 0),
          failures * kept,
          flows * kept,
          slowFlows * kept,
          nowNanos,
          0);
    }

    Closed failure(long nowNanos) {
      double kept = kept(nowNanos);
      return new Closed(
          stamp,
          successes * kept,
          slow * kept,
          failures * kept + 1,
          flows * kept,
          slowFlows * kept,
          nowNanos,
          inARow + 1);
    }

    Closed flow(boolean isSlow, long nowNanos) {
      double kept = kept(nowNanos);
      return new Closed(
          stamp,
          successes * kept,
          slow * kept,
          failures * kept,
          flows * kept + 1,
          slowFlows * kept + (isSlow ? 1 : 0),
          nowNanos,
          inARow);
    }

    boolean flowsSlowly(BreakerPolicy policy) {
      return flows >= policy.minimumCalls() && slowFlows >= Breaker.SLOW_RATIO * flows;
    }

    boolean isBroken(BreakerPolicy policy) {
      double calls = successes + failures;
      return inARow >= Breaker.FAILURES_IN_A_ROW
          || (calls >= policy.minimumCalls() && failures >= policy.failureRate() * calls);
    }

    boolean isSlow(BreakerPolicy policy) {
      double calls = successes + failures;
      return calls >= policy.minimumCalls() && slow >= Breaker.SLOW_RATIO * calls;
    }

    /** The share of the counts that is left by then. */
    private double kept(long nowNanos) {
      return Math.exp(-Math.max(0, nowNanos - atNanos) * DECAY_PER_NANO);
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
   */
  record HalfOpen(
      long stamp, int reopened, boolean slow, int allowed, int underWay, long leaseUntilNanos)
      implements BreakerState {
    HalfOpen begin(long leaseUntil) {
      return new HalfOpen(stamp, reopened, slow, allowed, underWay + 1, leaseUntil);
    }

    HalfOpen end(int nowAllowed) {
      return new HalfOpen(
          stamp, reopened, slow, nowAllowed, Math.max(0, underWay - 1), leaseUntilNanos);
    }
  }
}
