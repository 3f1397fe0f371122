package dev.forebay.core;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and after what delay a call tries again.
 *
 * @param maxAttempts attempts in one tier, the first included; 5 by default
 * @param maxAttemptsPerCall attempts in all tiers together; 8 by default, so that a fallback does
 *     not start the whole cycle again; at most {@value #MOST_ATTEMPTS}
 * @param baseDelay the delay's unit; 1 s by default, which five doublings carry past half a minute
 * @param maxDelay the delay's cap; 60 s by default, one period of Bedrock's quotas
 * @param jitter how a delay is drawn
 */
public record RetryPolicy(
    int maxAttempts, int maxAttemptsPerCall, Duration baseDelay, Duration maxDelay, Jitter jitter) {
  public static final RetryPolicy DEFAULTS =
      new RetryPolicy(5, 8, Duration.ofSeconds(1), Duration.ofSeconds(60), Jitter.BEDROCK);

  /** More would be no bound. */
  public static final int MOST_ATTEMPTS = 1_000;

  private static final long TRANSIENT_BASE_NANOS = Duration.ofMillis(50).toNanos();
  private static final long TRANSIENT_MAX_NANOS = Duration.ofSeconds(20).toNanos();
  private static final long HINT_JITTER_MAX_NANOS = Duration.ofSeconds(5).toNanos();

  /** Why a call backs off: a quota takes much longer to come back than a passing fault. */
  public enum Cause {
    THROTTLED,
    TRANSIENT
  }

  public RetryPolicy {
    Checks.check(maxAttempts >= 1, "maxAttempts", "must be at least 1", maxAttempts);
    Checks.check(
        maxAttemptsPerCall >= maxAttempts,
        "maxAttemptsPerCall",
        "must be at least maxAttempts (" + maxAttempts + ")",
        maxAttemptsPerCall);
    Checks.check(
        maxAttemptsPerCall <= MOST_ATTEMPTS,
        "maxAttemptsPerCall",
        "must be at most " + MOST_ATTEMPTS,
        maxAttemptsPerCall);
    Checks.positive("baseDelay", baseDelay);
    Checks.check(
        maxDelay.compareTo(baseDelay) >= 0,
        "maxDelay",
        "must be at least baseDelay (" + baseDelay + ")",
        maxDelay);
  }

  /**
   * Draws the delay before a retry.
   *
   * @param n how many retries of this cause came before: 0 for the first
   * @param previousNanos the delay drawn before, 0 for none; only {@link Jitter#DECORRELATED} asks
   * @return nanoseconds, 0 to {@code maxDelay}
   */
  public long delayNanos(Cause cause, int n, long previousNanos, RandomGenerator random) {
    long base = baseDelay.toNanos();
    long max = maxDelay.toNanos();
    boolean passesSoon = jitter == Jitter.BEDROCK && cause == Cause.TRANSIENT;
    return passesSoon
        ? jitter.delayNanos(
            Math.min(base, TRANSIENT_BASE_NANOS),
            Math.min(max, TRANSIENT_MAX_NANOS),
            n,
            previousNanos,
            random)
        : jitter.delayNanos(base, max, n, previousNanos, random);
  }

  /**
   * The wait that a service's own hint asks for: never earlier, and spread by {@code U(0, min(5 s,
   * hint/4))}, so that calls which got the same hint do not come back together.
   */
  public static long hintNanos(long hintNanos, RandomGenerator random) {
    return hintNanos + Jitter.uniform(0, Math.min(HINT_JITTER_MAX_NANOS, hintNanos / 4), random);
  }
}
