package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * The retries of LiteLLM's router: 3 attempts, {@code 0.5 s * 2^n} with a quarter of jitter between
 * them and at most 8 s. See <a href="https://docs.litellm.ai/docs/routing">Router</a>.
 */
final class CoolDownLoop implements RetryLoop {
  private static final int ATTEMPTS = 3;
  private static final double BASE_NANOS = 0.5e9;
  private static final double CAP_NANOS = 8e9;
  private static final double JITTER = 0.25;

  @Override
  public long delayNanos(int failures, int status, CallState state, RandomGenerator random) {
    if (failures >= ATTEMPTS || status == 0) {
      return STOP;
    }
    double base = Math.min(CAP_NANOS, BASE_NANOS * Math.pow(2, failures - 1));
    return (long) (base * (1 - JITTER * random.nextDouble()));
  }
}
