package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * The AWS SDK for Java 2's own retries, in the mode that it has by default and in the one that
 * replaces it. Both share a bucket of 500 tokens between the calls of a client: a retry takes its
 * cost and an answer gives back what its last retry took, or one token if there was none.
 *
 * <table>
 *   <caption>Figures from <a href="https://github.com/aws/aws-sdk-java-v2/issues/6987">Updated
 *   default retry behavior (2026)</a>; the cap is 20 s in both</caption>
 *   <tr><th></th><th>legacy</th><th>standard 2026</th></tr>
 *   <tr><td>attempts</td><td>4</td><td>3</td></tr>
 *   <tr><td>jitter</td><td>c/2 + U(0, c/2)</td><td>U(0, c)</td></tr>
 *   <tr><td>base, throttled</td><td>500 ms</td><td>1 s</td></tr>
 *   <tr><td>base, other</td><td>100 ms</td><td>50 ms</td></tr>
 *   <tr><td>cost, throttled</td><td>0</td><td>5</td></tr>
 *   <tr><td>cost, other</td><td>5</td><td>14</td></tr>
 * </table>
 */
final class AwsRetry implements RetryLoop {
  static final int CAPACITY = 500;
  private static final double CAP_NANOS = 20e9;

  private final int attempts;
  private final boolean equalJitter;
  private final double throttledBaseNanos;
  private final double otherBaseNanos;
  private final int throttledCost;
  private final int otherCost;
  private int tokens = CAPACITY;

  private AwsRetry(
      int attempts,
      boolean equalJitter,
      double throttledBaseNanos,
      double otherBaseNanos,
      int throttledCost,
      int otherCost) {
    this.attempts = attempts;
    this.equalJitter = equalJitter;
    this.throttledBaseNanos = throttledBaseNanos;
    this.otherBaseNanos = otherBaseNanos;
    this.throttledCost = throttledCost;
    this.otherCost = otherCost;
  }

  static AwsRetry legacy() {
    return new AwsRetry(4, true, 500e6, 100e6, 0, 5);
  }

  static AwsRetry standard2026() {
    return new AwsRetry(3, false, 1e9, 50e6, 5, 14);
  }

  @Override
  public long delayNanos(int failures, int status, CallState state, RandomGenerator random) {
    boolean throttled = status == 429;
    int cost = throttled ? throttledCost : otherCost;
    if (failures >= attempts || tokens < cost) {
      return STOP;
    }
    tokens -= cost;
    state.held = cost;
    double base = throttled ? throttledBaseNanos : otherBaseNanos;
    double ceiling = Math.min(CAP_NANOS, base * Math.pow(2, failures - 1));
    double drawn = random.nextDouble();
    return (long) (equalJitter ? ceiling / 2 + drawn * ceiling / 2 : drawn * ceiling);
  }

  @Override
  public void answered(CallState state) {
    tokens = Math.min(CAPACITY, tokens + Math.max(1, state.held));
  }

  int tokens() {
    return tokens;
  }
}
