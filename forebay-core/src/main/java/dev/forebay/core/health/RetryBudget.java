package dev.forebay.core.health;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.estimate.SlidingSum;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the extra load that retries put on one target, all calls together. A retry must pass three
 * gates; a first attempt passes always.
 *
 * <ol>
 *   <li>Tokens: at most 500; a retry after throttling costs 5 and any other 14, given back when the
 *       retry succeeds; an answer brings 14, and every second 1, so that a quiet client recovers.
 *       The figures are those of the AWS SDKs' retry quota, but for what an answer brings, which is
 *       1 there: with that a target that fails three times in ten used up the budget, and its calls
 *       were refused that a second or third attempt would have answered. With a retry for each
 *       answer one of which half the attempts fail gets by, which is what a circuit tolerates; one
 *       that always fails brings nothing. Attempts under way count as the answers that they are
 *       likely to bring: failures come at once and answers later, so that a busy target would
 *       refuse retries in its first seconds otherwise.
 *   <li>Concurrency: retries in flight {@code < max(3, share * (attempts in flight + calls that
 *       wait))}, where the share is 0.2 after throttles, and after failures the failure rate that
 *       the circuit tolerates if that is more: where that share of the attempts fails, that share
 *       of them are retries, and what fails more often is left to the circuit. The calls that wait
 *       for the target count as its load, as in Envoy's retry budget: else the more of them a
 *       throttle makes wait, the fewer could ever begin again.
 *   <li>Spend: model tokens lost in attempts that were then retried, at most 10 % of those in
 *       answers, over 10 minutes; the first loss in that time is free.
 * </ol>
 *
 * <p>Thread-safe and lock-free, but for {@link #earn}, whose callers hold a lock.
 */
public final class RetryBudget {
  static final int CAPACITY = 500;

  public static final int THROTTLED_COST = 5;
  public static final int TRANSIENT_COST = 14;

  /** What an answer brings: one retry, so that half of all attempts may fail. */
  public static final int SUCCESS_CREDIT = TRANSIENT_COST;

  static final int MIN_CONCURRENT_RETRIES = 3;
  static final double CONCURRENT_SHARE = 0.2;
  static final double SPEND_SHARE = 0.1;
  static final Duration SPEND_PERIOD = Duration.ofMinutes(10);

  private static final long NANOS_PER_TOKEN = 1_000_000_000L;
  private static final long FULL_NANOS = CAPACITY * NANOS_PER_TOKEN;

  /** When the bucket was last empty, as if it had only been refilled since: 1 s is 1 token. */
  private final AtomicLong emptyAtNanos;

  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger retriesInFlight = new AtomicInteger();
  private final SlidingSum lost;
  private final SlidingSum earned;

  public RetryBudget(long nowNanos) {
    emptyAtNanos = new AtomicLong(nowNanos - FULL_NANOS);
    lost = new SlidingSum(SPEND_PERIOD.toNanos(), nowNanos);
    earned = new SlidingSum(SPEND_PERIOD.toNanos(), nowNanos);
  }

  /**
   * Takes the tokens for a retry, if the first and the third bound let it pass.
   *
   * @param lostTokens model tokens burnt by the attempt that failed
   * @param underWay attempts under way on the target
   */
  public boolean charge(int cost, long lostTokens, int underWay, long nowNanos) {
    if (cost == 0 && lostTokens == 0) {
      return true;
    }
    if (lostTokens > 0 && !spendAllows(lostTokens, nowNanos)) {
      return false;
    }
    while (true) {
      long seen = emptyAtNanos.get();
      long emptyAt = notBeforeFull(seen, nowNanos);
      long expected = (long) underWay * SUCCESS_CREDIT;
      if (nowNanos - emptyAt < (cost - expected) * NANOS_PER_TOKEN) {
        return false;
      }
      if (emptyAtNanos.compareAndSet(seen, emptyAt + cost * NANOS_PER_TOKEN)) {
        lost.add(lostTokens, nowNanos);
        return true;
      }
    }
  }

  /** Takes a charge back whose retry never began. */
  public void refund(int cost, long lostTokens, long nowNanos) {
    credit(cost, nowNanos);
    lost.add(-lostTokens, nowNanos);
  }

  /** Gives tokens back. */
  public void credit(int tokens, long nowNanos) {
    long seen = emptyAtNanos.get();
    // A full bucket, which is the rule, takes nothing in and need not be written to.
    while (nowNanos - seen < FULL_NANOS) {
      long credited = notBeforeFull(seen - tokens * NANOS_PER_TOKEN, nowNanos);
      if (emptyAtNanos.compareAndSet(seen, credited)) {
        return;
      }
      seen = emptyAtNanos.get();
    }
  }

  /**
   * Counts a retry that begins, if the second bound lets it pass.
   *
   * @param cost what it was charged
   * @param inFlight attempts under way on the target, this one not among them
   */
  public boolean begin(int cost, int inFlight, BreakerPolicy breaker) {
    double share =
        cost < TRANSIENT_COST
            ? CONCURRENT_SHARE
            : Math.max(CONCURRENT_SHARE, breaker.failureRate());
    while (true) {
      int retries = retriesInFlight.get();
      int load = inFlight + waiting.get();
      if (retries >= Math.max(MIN_CONCURRENT_RETRIES, share * load)) {
        return false;
      }
      if (retriesInFlight.compareAndSet(retries, retries + 1)) {
        return true;
      }
    }
  }

  /** Counts the end of a retry for which {@link #begin} returned true. */
  public void end() {
    retriesInFlight.decrementAndGet();
  }

  /** Counts a call that begins to wait for the target. */
  public void waitBegins() {
    waiting.incrementAndGet();
  }

  /** Counts the end of that wait. */
  public void waitEnds() {
    waiting.decrementAndGet();
  }

  /**
   * Counts the model tokens of an answer. Callers must hold the lock of {@code Admission}. Not for
   * answers that came so late that their reservation had been given up.
   */
  public void earn(long modelTokens, long nowNanos) {
    earned.addLocked(modelTokens, nowNanos);
  }

  /** The retry tokens left. */
  public int tokens(long nowNanos) {
    long left = (nowNanos - notBeforeFull(emptyAtNanos.get(), nowNanos)) / NANOS_PER_TOKEN;
    return (int) Math.max(0, left);
  }

  /** Calls that wait to try the target. */
  public int waiting() {
    return waiting.get();
  }

  /** Retries among the attempts under way. */
  public int retriesInFlight() {
    return retriesInFlight.get();
  }

  private boolean spendAllows(long lostTokens, long nowNanos) {
    long already = Math.max(0, lost.sum(nowNanos));
    return already == 0 || already + lostTokens <= SPEND_SHARE * earned.sum(nowNanos);
  }

  private static long notBeforeFull(long emptyAt, long nowNanos) {
    return nowNanos - emptyAt > FULL_NANOS ? nowNanos - FULL_NANOS : emptyAt;
  }
}
