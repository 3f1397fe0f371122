package dev.forebay.core.health;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.health.BreakerState.Closed;
import dev.forebay.core.health.BreakerState.HalfOpen;
import dev.forebay.core.health.BreakerState.Open;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * Stops sending to a target that is broken or far too slow, and finds out when it works again.
 * Ignores throttling: a quota says nothing about health.
 *
 * <p>With {@code q} the configured failure rate and {@code d(n) = sqrt(q (1 - q) n)} the standard
 * deviation of the failures of {@code n} calls at that rate:
 *
 * <ul>
 *   <li>Closed: opens when the decayed evidence (half-life 30 s) has at least {@code minimumCalls}
 *       calls and {@code failures >= q n + 3 d(n)}; or after {@value #FAILURES_IN_A_ROW} failures
 *       in a row beside {@code failures >= q n + 1.1 d(n)}; or after so many failures in a row that
 *       {@code n} calls have one by chance once in a thousand times at the rate {@code q}. It also
 *       opens when a share of {@value #SLOW_RATIO} of the first tokens, or of whole streams, was
 *       slow.
 *   <li>Open: for {@code U(1/2, 1) * min(60 s, openFor * 1.25^k)}; random, so that many gateways do
 *       not probe together. {@code k = max(0, f - p + 1)}: {@code f} probes have failed in a row,
 *       and {@code p = ln(1/16) / ln q}, 1 to 5 (4 at a half), distinguish an outage from chance.
 *   <li>Half open: one probe, whose permission ends with a lease, so that a lost one cannot block
 *       the circuit. If it fails, the circuit opens again. Each success doubles the number allowed,
 *       1, 2, 4, 8; a success at 8 closes. When all that are allowed are under way and have
 *       outlived what would have failed, see {@link FailureTime}, twice as many more are allowed:
 *       the whole answers of a target that works again may take minutes. From the first success on
 *       the circuit tolerates failures as a closed one does: it opens again, for the first pause,
 *       at {@code failures >= q n + max(1, 2 d(n))}. Where slowness had opened it, a slow success
 *       opens it again. A throttled or rejected probe is a success: a target that refuses with a
 *       reason is alive, and a busy one would never be found to work again otherwise.
 * </ul>
 *
 * <p>Thread-safe and lock-free: each change compares and sets one state, of which nothing changes
 * but the count of successes, see {@link Closed}.
 */
public final class Breaker {
  static final int FAILURES_IN_A_ROW = 5;
  static final Duration HALF_LIFE = Duration.ofSeconds(30);

  /**
   * A target that works again is found within this time, at the price of one probe in each such
   * pause of a long outage.
   */
  public static final Duration MAX_OPEN = Duration.ofMinutes(1);

  public static final int FULL_RAMP = 8;

  /** At the configured rate, a row of failures at most this likely opens the circuit. */
  private static final double CHANCE_OF_ROW = 1e-3;

  private static final double CHANCE_OF_PROBES = 1.0 / 16;
  private static final double SHARE_DEVIATIONS = 3;
  private static final double ROW_DEVIATIONS = 1.1;
  private static final double RAMP_DEVIATIONS = 2;

  /** A quarter of a percent of the half-life: what lies closer together is not told apart. */
  static final Duration MOMENT = Duration.ofMillis(125);

  static final long MOMENT_NANOS = MOMENT.toNanos();

  /**
   * Higher than the usual rate of failures, because a slow answer is still one: only when nearly
   * all are slow, other targets are the better choice.
   */
  static final double SLOW_RATIO = 0.8;

  /** So a pause is about a quarter of the outage so far: that is how late its end is found. */
  private static final double GROWTH = 1.25;

  /** More make no difference to any pause. */
  public static final int MOST_FAILED_PROBES = 100;

  /** Not admitted: the circuit is open, or half open with as many probes as are allowed. */
  public static final long REFUSED = -1;

  /** The stamp of a call past an open circuit; what it reports is ignored. */
  static final long LAST_RESORT = -2;

  /** What an operator sees. */
  public enum Position {
    CLOSED,
    HALF_OPEN,
    OPEN
  }

  private final AtomicReference<BreakerState> state;
  private final FailureTime failureTime = new FailureTime();

  public Breaker(long nowNanos) {
    state = new AtomicReference<>(Closed.empty(0, nowNanos));
  }

  /** As it is now. */
  public BreakerState state() {
    return state.get();
  }

  /** Opens it as another process left it. */
  public void restore(int failedProbes, boolean slow, long untilNanos) {
    state.set(new Open(state.get().stamp() + 1, failedProbes, slow, untilNanos));
  }

  /**
   * Opens a closed circuit because other processes find the target broken.
   *
   * @return whether it was closed
   */
  public boolean openByOthers(long untilNanos) {
    while (true) {
      BreakerState seen = state.get();
      if (!(seen instanceof Closed)) {
        return false;
      }
      if (state.compareAndSet(seen, new Open(seen.stamp() + 1, 0, false, untilNanos))) {
        return true;
      }
    }
  }

  /** An open circuit stays open until then, since another process probes meanwhile. */
  public void probeNotBefore(long nanos) {
    while (state.get() instanceof Open open && nanos - open.untilNanos() > 0) {
      if (state.compareAndSet(open, open.until(nanos))) {
        return;
      }
    }
  }

  /** An open circuit may be probed from then on, since another process has found that it works. */
  public void probeFrom(long nanos) {
    while (state.get() instanceof Open open && open.untilNanos() - nanos > 0) {
      if (state.compareAndSet(open, open.until(nanos))) {
        return;
      }
    }
  }

  /** How many probes have failed in a row; 0 if it is closed. */
  public int failedProbes() {
    return switch (state.get()) {
      case Closed c -> 0;
      case Open open -> Math.min(MOST_FAILED_PROBES, open.failedProbes());
      case HalfOpen half -> Math.min(MOST_FAILED_PROBES, half.failedProbes());
    };
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
  public long availableAtNanos(long nowNanos) {
    BreakerState seen = state.get();
    if (seen instanceof Closed) {
      return nowNanos;
    }
    return switch (seen) {
      case Closed c -> nowNanos;
      case Open open -> open.untilNanos();
      case HalfOpen half when half.underWay() < half.allowed() -> nowNanos;
      case HalfOpen half ->
          !half.slow() && half.aliveAtNanos() - half.leaseUntilNanos() < 0
              ? half.aliveAtNanos()
              : half.leaseUntilNanos();
    };
  }

  /** Whether failures have opened it, and no probe since then has found the target alive. */
  public boolean isDead() {
    return switch (state.get()) {
      case Closed c -> false;
      case Open open -> !open.slow();
      case HalfOpen half -> half.worked() == 0 && !half.slow();
    };
  }

  /** When the next probe is due, or one that is under way may report: now for the latter. */
  public long nextProbeNanos(long nowNanos) {
    return state.get() instanceof Open open && open.untilNanos() - nowNanos > 0
        ? open.untilNanos()
        : nowNanos;
  }

  /**
   * Asks to pass.
   *
   * @param leaseNanos after what time a probe that has not reported counts as lost
   * @return the stamp to report with, or {@link #REFUSED}
   */
  public long tryAcquire(long leaseNanos, long nowNanos) {
    while (true) {
      BreakerState seen = state.get();
      if (seen instanceof Closed) {
        return seen.stamp();
      }
      long leaseUntil = nowNanos + leaseNanos;
      long aliveAt = nowNanos + Math.min(leaseNanos, failureTime.outlivedNanos());
      BreakerState next =
          switch (seen) {
            case Closed closed -> closed;
            case Open open ->
                nowNanos - open.untilNanos() < 0
                    ? open
                    : probe(
                        open.stamp() + 1, open.failedProbes(), open.slow(), leaseUntil, aliveAt);
            case HalfOpen half when half.underWay() < half.allowed() ->
                half.begin(leaseUntil, aliveAt);
            case HalfOpen half when half.isOutlived(nowNanos) ->
                half.outlived().begin(leaseUntil, aliveAt);
            case HalfOpen half ->
                nowNanos - half.leaseUntilNanos() < 0
                    ? half
                    : probe(
                        half.stamp() + 1, half.failedProbes(), half.slow(), leaseUntil, aliveAt);
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
  public long tryAcquireLastResort(long leaseNanos, long nowNanos) {
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
  public void succeeded(long stamp, long nowNanos) {
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
  public void succeeded(
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
            case HalfOpen half ->
                open(
                    seen,
                    Math.max(half.failedProbes() + 1, probesToConfirmOutage(policy)),
                    true,
                    policy,
                    random,
                    nowNanos);
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
  public void recordThroughput(
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
  public void responded(long stamp, long nowNanos) {
    var unused = respondedToProbe(stamp, nowNanos);
  }

  /**
   * The target has shown life, which is all that a probe was sent to find out.
   *
   * @return whether the attempt was such a probe, and has reported with this
   */
  public boolean respondedToProbe(long stamp, long nowNanos) {
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

  /** The attempt showed at once that the target is broken, with no other under way. */
  void failed(long stamp, BreakerPolicy policy, RandomGenerator random, long nowNanos) {
    failed(stamp, 0, FailureTime.UNKNOWN, policy, random, nowNanos);
  }

  /**
   * The attempt showed that the target is broken.
   *
   * @param underWay other attempts under way on the target, which count as calls: failures come at
   *     once and answers later, so that without them a target that fails now and then would seem
   *     dead in its first seconds of traffic. For a long row only those count by which they have
   *     become more since its first failure: what began before says nothing
   * @param tookNanos how long the attempt was under way
   */
  public void failed(
      long stamp,
      int underWay,
      long tookNanos,
      BreakerPolicy policy,
      RandomGenerator random,
      long nowNanos) {
    boolean hadOutlived = tookNanos >= failureTime.outlivedNanos();
    failureTime.add(tookNanos);
    while (true) {
      BreakerState seen = state.get();
      BreakerState next =
          switch (seen) {
            case Closed closed -> {
              Closed after = closed.failure(underWay, nowNanos);
              yield after.isBroken(policy, underWay)
                  ? open(seen, 0, false, policy, random, nowNanos)
                  : after;
            }
            case Open open -> open;
            case HalfOpen half -> {
              HalfOpen after = half.failure(hadOutlived);
              yield after.tolerates(policy)
                  ? after
                  : open(seen, after.failedProbes(), false, policy, random, nowNanos);
            }
          };
      if (settled(seen, next, stamp)) {
        return;
      }
    }
  }

  /** The attempt showed nothing about the target's health. */
  public void release(long stamp) {
    while (true) {
      BreakerState seen = state.get();
      BreakerState next = seen instanceof HalfOpen half ? half.release() : seen;
      if (settled(seen, next, stamp)) {
        return;
      }
    }
  }

  /** Whether so many failures of so many calls are a higher rate than the configured one. */
  static boolean isBadShare(BreakerPolicy policy, double failures, double calls) {
    return exceeds(policy, failures, calls, SHARE_DEVIATIONS);
  }

  /** Whether failures in a row beside this share of all calls mean something. */
  static boolean isBadBesideRow(BreakerPolicy policy, double failures, double calls) {
    return exceeds(policy, failures, calls, ROW_DEVIATIONS);
  }

  /** Whether a half-open circuit has had more failures than it tolerates. */
  static boolean isBadRamp(BreakerPolicy policy, int failures, int calls) {
    return failures - policy.failureRate() * calls >= 1
        && exceeds(policy, failures, calls, RAMP_DEVIATIONS);
  }

  /**
   * The failures in a row that so many other calls have by chance once in a thousand times at the
   * configured rate: 10 beside one call, 20 beside a thousand at a half.
   */
  static double rowBeyondChance(BreakerPolicy policy, double others) {
    double chance = CHANCE_OF_ROW / Math.max(1, others);
    return Math.max(FAILURES_IN_A_ROW, Math.log(chance) / Math.log(policy.failureRate()));
  }

  /** So many failed probes in a row come by chance once in 16 times at the configured rate. */
  static int probesToConfirmOutage(BreakerPolicy policy) {
    double probes = Math.ceil(Math.log(CHANCE_OF_PROBES) / Math.log(policy.failureRate()));
    return policy.failureRate() == 1 ? FAILURES_IN_A_ROW : (int) Math.clamp(probes, 1, 5);
  }

  private static boolean exceeds(
      BreakerPolicy policy, double failures, double calls, double deviations) {
    double rate = policy.failureRate();
    return failures >= rate * calls + deviations * Math.sqrt(rate * (1 - rate) * calls);
  }

  private boolean settled(BreakerState seen, BreakerState next, long stamp) {
    return seen.stamp() != stamp || next.equals(seen) || state.compareAndSet(seen, next);
  }

  private static HalfOpen probe(
      long stamp, int failedProbes, boolean slow, long leaseUntilNanos, long aliveAtNanos) {
    return new HalfOpen(stamp, failedProbes, slow, 1, 1, leaseUntilNanos, aliveAtNanos, 0, 0);
  }

  private static BreakerState ramp(HalfOpen half, long nowNanos) {
    return half.allowed() >= FULL_RAMP ? Closed.empty(half.stamp() + 1, nowNanos) : half.success();
  }

  private Open open(
      BreakerState from,
      int failedProbes,
      boolean slow,
      BreakerPolicy policy,
      RandomGenerator random,
      long nowNanos) {
    int growths = Math.max(0, failedProbes - probesToConfirmOutage(policy) + 1);
    double base = policy.openFor().toNanos();
    double longest =
        Math.min(base * Math.pow(GROWTH, growths), Math.max(base, (double) MAX_OPEN.toNanos()));
    long pause = (long) (longest * (0.5 + 0.5 * random.nextDouble()));
    return new Open(from.stamp() + 1, failedProbes, slow, nowNanos + pause);
  }
}
