package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * The loop that most programs have: 5 attempts, {@code U(0, min(60 s, 1 s * 2^n))} before retry n
 * (0 for the first). See <a
 * href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
 * Backoff And Jitter</a>.
 */
final class FullJitterLoop implements RetryLoop {
  private static final int ATTEMPTS = 5;
  private static final double BASE_NANOS = 1e9;
  private static final double CAP_NANOS = 60e9;

  @Override
  public long delayNanos(int failures, int status, CallState state, RandomGenerator random) {
    if (failures >= ATTEMPTS) {
      return STOP;
    }
    double longest = Math.min(CAP_NANOS, BASE_NANOS * Math.pow(2, failures - 1));
    return (long) (random.nextDouble() * longest);
  }
}
