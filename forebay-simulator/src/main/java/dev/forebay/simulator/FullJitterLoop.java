package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * The loop that most programs have: some attempts, 5 by default, {@code U(0, min(60 s, 1 s * 2^n))}
 * before retry n (0 for the first). See <a
 * href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
 * Backoff And Jitter</a>.
 */
final class FullJitterLoop implements RetryLoop {
  private static final int ATTEMPTS = 5;
  private static final double BASE_NANOS = 1e9;
  private static final double CAP_NANOS = 60e9;

  private final int attempts;
  private final long budgetNanos;

  private FullJitterLoop(int attempts, long budgetNanos) {
    this.attempts = attempts;
    this.budgetNanos = budgetNanos;
  }

  FullJitterLoop() {
    this(ATTEMPTS, Long.MAX_VALUE);
  }

  /** A loop with that many attempts. */
  static FullJitterLoop attempts(int most) {
    return new FullJitterLoop(most, Long.MAX_VALUE);
  }

  /** A loop that begins no retry later than that after the call's start. */
  static FullJitterLoop within(long nanos) {
    return new FullJitterLoop(Integer.MAX_VALUE, nanos);
  }

  @Override
  public long delayNanos(int failures, int status, CallState state, RandomGenerator random) {
    if (failures >= attempts) {
      return STOP;
    }
    double longest = Math.min(CAP_NANOS, BASE_NANOS * Math.pow(2, failures - 1));
    long delay = (long) (random.nextDouble() * longest);
    return delay > budgetNanos - state.sinceStartNanos ? STOP : delay;
  }
}
