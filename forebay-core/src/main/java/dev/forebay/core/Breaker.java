package dev.forebay.core;

import dev.forebay.core.BreakerState.Closed;
import dev.forebay.core.BreakerState.HalfOpen;
import dev.forebay.core.BreakerState.Open;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * Stops sending to a target that is broken or far too slow, and finds out when it works again.
 * Blind to throttling: a quota says nothing about health.
 *
 * <ul>
 *   <li>Closed: opens after 5 failures in a row, or when the decayed evidence (half-life 30 s) has
 *       at least {@code minimumCalls} calls with a share of failures of {@code failureRate}, or of
 *       slow first tokens of {@value #SLOW_RATIO}, or as many whole streams with that share of slow
 *       output.
 *   <li>Open: for {@code U(1/2, 1) * min(300 s, openFor * 2^k)}, k probes having failed; random, so
 *       that many gateways do not probe together.
 *   <li>Half open: one probe, whose leave ends with a lease lest a lost one wedge the circuit. Each
 *       success doubles the number allowed, 1, 2, 4, 8; a success at 8 closes. A failure opens
 *       again, and so does a slow success where slowness had opened it. A throttled or rejected
 *       probe is a success here: whoever refuses with reason is alive, and a busy target would else
 *       never be found to work again.
 * </ul>
 *
 * <p>Thread-safe and lock-free: each change compares and sets one state, of which nothing changes
 * but the count of successes, see {@link Closed}.
 */
public final class Breaker {
  static final int FAILURES_IN_A_ROW = 5;
  static final Duration HALF_LIFE = Duration.ofSeconds(30);
  static final Duration MAX_OPEN = Duration.ofMinutes(5);
  static final int FULL_RAMP = 8;

  /** A quarter of a percent of the half-life: what lies closer together is not told apart. */
  static final Duration MOMENT = Duration.ofMillis(125);

  static final long MOMENT_NANOS = MOMENT.toNanos();

  /**
   * Higher than the usual rate of failures, because a slow answer is still one: only when nearly
   * all are slow, other targets are the better choice.
   */
  static final double SLOW_RATIO = 0.8;

  /** No permit: the circuit is open, or half open with as many probes as are allowed. */
  static final long REFUSED = -1;

  /** The permit of a call past an open circuit; what it reports is ignored. */
  static final long LAST_RESORT = -2;

  /** What an operator sees. */
  public enum Position {
    CLOSED,
    HALF_OPEN,
    OPEN
  }

  private final AtomicReference<BreakerState> state;

  Breaker(long nowNanos) {
    state = new AtomicReference<>(Closed.empty(0, nowNanos));
  }

  /** Where it stands; an open circuit whose pause is over shows as half open. */
  public Position position(long nowNanos) {
    return switch (state.get()) {
      case Closed c -> Position.CLOSED;
      case HalfOpen h -> Position.HALF_OPEN;
      case Open open -> nowNanos - open.untilNanos() < 0 ? Position.OPEN : Position.HALF_OPEN;
    };
  }

  /**
   * When an attempt may pass at the earliest, as far as is known now; not later than now if it may.
   */
  long availableAtNanos(long nowNanos) {
    BreakerState seen = state.get();
    if (seen instanceof Closed) {
      return nowNanos;
    }
    return switch (seen) {
      case Closed c -> nowNanos;
      case Open open -> open.untilNanos();
      case HalfOpen half -> half.underWay() < half.allowed() ? nowNanos : half.leaseUntilNanos();
    };
  }

  /**
   * Asks to pass.
   *
   * @param leaseNanos after what time a probe that has not reported counts as lost
   * @return the stamp to report with, or {@link #REFUSED}
   */
  long tryAcquire(long leaseNanos, long nowNanos) {
    while (true) {
      BreakerState seen = state.get();
      if (seen instanceof Closed) {
        return seen.stamp();
      }
      BreakerState next =
          switch (seen) {
            case Closed closed -> closed;
            case Open open ->
                nowNanos - open.untilNanos() < 0
                    ? open
                    : probe(open.stamp() + 1, open.reopened(), open.slow(), nowNanos + leaseNanos);
            case HalfOpen half when half.underWay() < half.allowed() ->
                half.begin(nowNanos + leaseNanos);
            case HalfOpen half ->
                nowNanos - half.leaseUntilNanos() < 0
                    ? half
                    : probe(half.stamp() + 1, half.reopened(), half.slow(), nowNanos + leaseNanos);
          };
      if (next.equals(seen)) {
        return REFUSED;
      }
      if (state.compareAndSet(seen, next)) {
        return next.stamp();
      }
    }
  }

  /**
   * Asks to pass when there is nowhere else to go: a circuit that opened for slowness lets the call
   * pass all the same, because a slow answer is better than none.
   *
   * @return as {@link #tryAcquire}, or {@link #LAST_RESORT}
   */
  long tryAcquireLastResort(long leaseNanos, long nowNanos) {
    long stamp = tryAcquire(leaseNanos, nowNanos);
    return stamp == REFUSED && openedForSlowness(nowNanos) ? LAST_RESORT : stamp;
  }

  /** Whether it is not closed, and was opened last because the target was slow. */
  public boolean openedForSlowness(long nowNanos) {
    return switch (state.get()) {
      case Closed c -> false;
      case Open open -> open.slow();
      case HalfOpen half -> half.slow();
    };
  }

  /** The attempt showed that the target works as fast as usual. */
  void succeeded(long stamp, long nowNanos) {
    while (true) {
      BreakerState seen = state.get();
      if (seen.stamp() != stamp
          || (seen instanceof Closed closed && closed.gathersSuccess(nowNanos))) {
        return;
      }
      BreakerState next =
          switch (seen) {
            case Closed closed -> closed.success(false, nowNanos);
            case Open open -> open;
            case HalfOpen half -> ramp(half, nowNanos);
          };
      if (settled(seen, next, stamp)) {
        return;
      }
    }
  }

  /**
   * The attempt showed that the target works.
   *
   * @param slow whether it was far slower than usual
   */
  void succeeded(
      long stamp, boolean slow, BreakerPolicy policy, RandomGenerator random, long nowNanos) {
    if (!slow) {
      succeeded(stamp, nowNanos);
      return;
    }
    while (true) {
      BreakerState seen = state.get();
      BreakerState next =
          switch (seen) {
            case Closed closed -> {
              Closed after = closed.success(true, nowNanos);
              yield after.isSlow(policy) ? open(seen, 0, true, policy, random, nowNanos) : after;
            }
            case Open open -> open;
            // After an outage one slow answer is a good sign; after slowness it is the old one.
            case HalfOpen half when !half.slow() -> ramp(half, nowNanos);
            case HalfOpen half -> open(seen, half.reopened() + 1, true, policy, random, nowNanos);
          };
      if (settled(seen, next, stamp)) {
        return;
      }
    }
  }

  /**
   * A stream that had begun well ended well.
   *
   * @param slow whether its output came far slower than usual
   */
  void flowed(
      long stamp, boolean slow, BreakerPolicy policy, RandomGenerator random, long nowNanos) {
    while (true) {
      BreakerState seen = state.get();
      if (!(seen instanceof Closed closed) || closed.stamp() != stamp) {
        return;
      }
      if (!slow && closed.gathersFlow(nowNanos)) {
        return;
      }
      Closed after = closed.flow(slow, nowNanos);
      BreakerState next =
          after.flowsSlowly(policy) ? open(seen, 0, true, policy, random, nowNanos) : after;
      if (state.compareAndSet(seen, next)) {
        return;
      }
    }
  }

  /** The target refused with reason, by throttling or rejecting: a probe has found it alive. */
  void responded(long stamp, long nowNanos) {
    var unused = respondedToProbe(stamp, nowNanos);
  }

  /**
   * The target has shown life, which is all that a probe was sent to find out.
   *
   * @return whether the attempt was such a probe, and has reported with this
   */
  boolean respondedToProbe(long stamp, long nowNanos) {
    while (true) {
      BreakerState seen = state.get();
      if (!(seen instanceof HalfOpen half) || half.stamp() != stamp) {
        return false;
      }
      if (state.compareAndSet(seen, ramp(half, nowNanos))) {
        return true;
      }
    }
  }

  /** The attempt showed that the target is broken, with no other under way. */
  void failed(long stamp, BreakerPolicy policy, RandomGenerator random, long nowNanos) {
    failed(stamp, 0, policy, random, nowNanos);
  }

  /**
   * The attempt showed that the target is broken.
   *
   * @param survivors attempts under way that have not failed in the time in which this one did:
   *     failures come at once and answers later, so that without them a target that fails now and
   *     then would seem dead at first
   */
  void failed(
      long stamp, int survivors, BreakerPolicy policy, RandomGenerator random, long nowNanos) {
    while (true) {
      BreakerState seen = state.get();
      BreakerState next =
          switch (seen) {
            case Closed closed -> {
              Closed after = closed.failure(nowNanos);
              yield after.isBroken(policy, survivors)
                  ? open(seen, 0, false, policy, random, nowNanos)
                  : after;
            }
            case Open open -> open;
            case HalfOpen half -> {
              HalfOpen after = half.failure();
              // A target that answers some of the probes is not as dead as before.
              int times = half.worked() > 0 ? 0 : half.reopened() + 1;
              yield after.tolerates(policy)
                  ? after
                  : open(seen, times, false, policy, random, nowNanos);
            }
          };
      if (settled(seen, next, stamp)) {
        return;
      }
    }
  }

  /** The attempt showed nothing about the target's health. */
  void release(long stamp) {
    while (true) {
      BreakerState seen = state.get();
      BreakerState next = seen instanceof HalfOpen half ? half.release() : seen;
      if (settled(seen, next, stamp)) {
        return;
      }
    }
  }

  /**
   * How far above the configured rate the failures of so many calls may lie by chance: two standard
   * deviations. At 10 calls and a rate of a half it takes 9 failures, at 100 calls 60.
   */
  static double scatter(BreakerPolicy policy, double calls) {
    return 2 * Math.sqrt(policy.failureRate() * (1 - policy.failureRate()) * calls);
  }

  /**
   * So many failures in a row come by chance once in a thousand times at the configured rate: 10 at
   * a half.
   */
  static double beyondChance(BreakerPolicy policy) {
    return Math.max(FAILURES_IN_A_ROW, Math.log(1e-3) / Math.log(policy.failureRate()));
  }

  private boolean settled(BreakerState seen, BreakerState next, long stamp) {
    return seen.stamp() != stamp || next.equals(seen) || state.compareAndSet(seen, next);
  }

  private static HalfOpen probe(long stamp, int reopened, boolean slow, long leaseUntilNanos) {
    return new HalfOpen(stamp, reopened, slow, 1, 1, leaseUntilNanos, 0, 0);
  }

  private static BreakerState ramp(HalfOpen half, long nowNanos) {
    return half.allowed() >= FULL_RAMP ? Closed.empty(half.stamp() + 1, nowNanos) : half.success();
  }

  private static Open open(
      BreakerState from,
      int reopened,
      boolean slow,
      BreakerPolicy policy,
      RandomGenerator random,
      long nowNanos) {
    double base = policy.openFor().toNanos();
    double longest =
        Math.min(base * Math.pow(2, reopened), Math.max((double) MAX_OPEN.toNanos(), base));
    long pause = (long) (longest * (0.5 + 0.5 * random.nextDouble()));
    return new Open(from.stamp() + 1, reopened, slow, nowNanos + pause);
  }
}
