package dev.forebay.core.admission;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The attempts under way on one target, and how many may be: a minute's quota at once and what the
 * rate brings while they last. A target that suddenly takes far longer must not gather calls
 * without end.
 *
 * <pre>
 * most   max(32, (B + 1.5 * r * meanLatency) / meanTokens), with the quota B of a minute and its rate r
 * </pre>
 *
 * <p>There is no bound while the rate is not known, or before ten answers. Guarded by its {@link
 * Admission}; the number under way may be read without.
 */
final class ConcurrencyLimit {
  static final int MIN_CONCURRENT = 32;
  private static final double CONCURRENT_SHARE = 1.5;
  private static final int MIN_SAMPLES = 10;
  private static final double MEAN_STEP = 1.0 / 32;

  /** Written under the lock, read without. */
  private final AtomicInteger underWay = new AtomicInteger();

  private int samples;
  private double meanNanos;
  private double meanTokens;

  /** Attempts that may be under way: what has been reserved and not settled. */
  int underWay() {
    return underWay.getAcquire();
  }

  /** Whether one more may begin at the rate that this limiter expects. */
  boolean hasRoom(Limiter limiter, long nowNanos) {
    int now = underWay.getPlain();
    return now < MIN_CONCURRENT || now < most(limiter, nowNanos);
  }

  void begin() {
    count(1);
  }

  void end() {
    count(-1);
  }

  /** An attempt was answered after so long, and used so many tokens. */
  void learn(long nanos, long tokens) {
    double step = samples < MIN_SAMPLES ? 1.0 / (samples + 1) : MEAN_STEP;
    samples = Math.min(samples + 1, MIN_SAMPLES);
    meanNanos += step * (nanos - meanNanos);
    meanTokens += step * (tokens - meanTokens);
  }

  private void count(int change) {
    underWay.setRelease(underWay.getPlain() + change);
  }

  private double most(Limiter limiter, long nowNanos) {
    double perSecond = limiter.tokensPerSecond(nowNanos);
    return samples < MIN_SAMPLES || Double.isInfinite(perSecond) || meanTokens <= 0
        ? Double.MAX_VALUE
        : Math.max(
            MIN_CONCURRENT,
            (limiter.capacity() + CONCURRENT_SHARE * perSecond * meanNanos / 1e9) / meanTokens);
  }
}
