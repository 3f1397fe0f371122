package dev.forebay.core.health;

import dev.forebay.core.BreakerPolicy;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One immutable state of a {@link Breaker}. Its stamp goes with every call admitted in it; a result
 * counts only while the stamp is still the breaker's, so that a call begun long ago in another
 * state cannot open or close this one.
 */
public sealed interface BreakerState {
  long stamp();

  /**
   * Calls pass; evidence is gathered. All counts halve every {@link Breaker#HALF_LIFE}; what
   * happens within a {@link Breaker#MOMENT} counts as of one time.
   *
   * <p>Nearly all reports are successes that change nothing but a count. They are added up in
   * {@code gathered} until the moment is over or something else happens. Then {@code gathered} is
   * sealed: it does not change any more, so that all threads compute the same next state from it.
   *
   * @param slow how many of the successes were slow
   * @param flows streams that came whole
   * @param slowFlows how many of these came slowly
   * @param atNanos the time for which the counts hold
   * @param inARow failures since the last success
   * @param underWayBefore how many attempts were under way when the first of these came
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
      int underWayBefore,
      AtomicLong gathered)
      implements BreakerState {
    private static final long SUCCESS = 1;
    private static final int FLOW_BITS = 31;
    private static final long FLOW = SUCCESS << FLOW_BITS;
    private static final long SEALED = Long.MIN_VALUE;
    private static final double DECAY_PER_NANO = Math.log(2) / Breaker.HALF_LIFE.toNanos();

    static Closed empty(long stamp, long nowNanos) {
      return new Closed(stamp, 0, 0, 0, 0, 0, nowNanos, 0, 0, new AtomicLong());
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
      return next(1, isSlow ? 1 : 0, 0, 0, 0, 0, 0, nowNanos);
    }

    Closed failure(int underWay, long nowNanos) {
      return next(0, 0, 1, 0, 0, inARow + 1, inARow == 0 ? underWay : underWayBefore, nowNanos);
    }

    Closed flow(boolean isSlow, long nowNanos) {
      return next(0, 0, 0, 1, isSlow ? 1 : 0, inARow, underWayBefore, nowNanos);
    }

    boolean flowsSlowly(BreakerPolicy policy) {
      return flows >= policy.minimumCalls() && slowFlows >= Breaker.SLOW_RATIO * flows;
    }

    /**
     * Whether the last failure shows that the target is broken.
     *
     * @param underWay how many attempts are under way
     */
    boolean isBroken(BreakerPolicy policy, int underWay) {
      // What was under way before the row began says nothing of what came after.
      double spared = (double) Math.max(0, underWay - underWayBefore);
      double ended = successes + failures;
      // A row does not fade: it is as long as it is, however slowly its failures came.
      double rowed = Math.max(failures, inARow);
      boolean longRow =
          inARow >= Breaker.rowBeyondChance(policy, ended - inARow)
              && Breaker.isBadShare(policy, inARow, inARow + spared);
      return longRow
          || (inARow >= Breaker.FAILURES_IN_A_ROW
              && Breaker.isBadBesideRow(policy, rowed, successes + rowed + underWay))
          || (ended >= policy.minimumCalls()
              && Breaker.isBadShare(policy, failures, ended + underWay));
    }

    boolean isSlow(BreakerPolicy policy) {
      double calls = successes + failures;
      return calls >= policy.minimumCalls() && slow >= Breaker.SLOW_RATIO * calls;
    }

    private Closed next(
        int success,
        int slowSuccess,
        int failure,
        int flow,
        int slowFlow,
        int row,
        int underWayBeforeRow,
        long nowNanos) {
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
          underWayBeforeRow,
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
   * @param failedProbes how many probes have failed in a row, in all pauses
   * @param slow whether the target worked, but slowly, when it was opened last
   */
  record Open(long stamp, int failedProbes, boolean slow, long untilNanos) implements BreakerState {
    Open until(long nanos) {
      return new Open(stamp, failedProbes, slow, nanos);
    }
  }

  /**
   * A few calls pass as probes, twice as many after each success.
   *
   * @param failedProbes how many have failed in a row, those of earlier pauses included
   * @param allowed how many may be under way
   * @param underWay how many are
   * @param leaseUntilNanos when probes that have not reported count as lost
   * @param aliveAtNanos when those under way count as alive, if they have not failed by then
   * @param worked probes of this state that found the target alive
   * @param failed probes of this state that did not
   */
  record HalfOpen(
      long stamp,
      int failedProbes,
      boolean slow,
      int allowed,
      int underWay,
      long leaseUntilNanos,
      long aliveAtNanos,
      int worked,
      int failed)
      implements BreakerState {
    private static final int MOST_ALLOWED = 1 << 20;

    HalfOpen begin(long leaseUntil, long aliveAt) {
      return new HalfOpen(
          stamp, failedProbes, slow, allowed, underWay + 1, leaseUntil, aliveAt, worked, failed);
    }

    /**
     * Whether those under way have outlived what would have failed. Where slowness opened it, that
     * says nothing.
     */
    boolean isOutlived(long nowNanos) {
      return !slow && nowNanos - aliveAtNanos >= 0 && leaseUntilNanos - aliveAtNanos > 0;
    }

    /**
     * All that are under way have outlived what would have failed: twice as many more may begin.
     */
    HalfOpen outlived() {
      int next = Math.min(2 * allowed, MOST_ALLOWED);
      return new HalfOpen(
          stamp, 0, slow, next, 0, leaseUntilNanos, aliveAtNanos, worked + underWay, failed);
    }

    HalfOpen success() {
      return end(0, Math.min(allowed * 2, MOST_ALLOWED), worked + 1, failed);
    }

    /**
     * A target that answers some of the probes is not as dead as before.
     *
     * @param hadOutlived whether the probe had been taken for alive before
     */
    HalfOpen failure(boolean hadOutlived) {
      int alive = hadOutlived ? Math.max(0, worked - 1) : worked;
      return end(alive > 0 ? 0 : failedProbes + 1, allowed, alive, failed + 1);
    }

    HalfOpen release() {
      return end(failedProbes, allowed, worked, failed);
    }

    /**
     * Whether the last failure may be chance at the configured rate. A target that no probe has
     * found alive is given no more of them before another pause.
     */
    boolean tolerates(BreakerPolicy policy) {
      return worked > 0 && !Breaker.isBadRamp(policy, failed, worked + failed);
    }

    private HalfOpen end(int nowFailedProbes, int nowAllowed, int nowWorked, int nowFailed) {
      return new HalfOpen(
          stamp,
          nowFailedProbes,
          slow,
          nowAllowed,
          Math.max(0, underWay - 1),
          leaseUntilNanos,
          aliveAtNanos,
          nowWorked,
          nowFailed);
    }
  }
}
