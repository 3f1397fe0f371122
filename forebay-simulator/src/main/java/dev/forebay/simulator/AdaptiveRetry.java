package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * The AWS SDKs' adaptive mode: the standard mode behind a rate of requests that the client learns
 * from throttles, by CUBIC.
 *
 * <pre>
 * throttled   rate = 0.7 * min(measured, rate); the last maximum is what it was before
 * answered    rate = 0.4 * (t - cbrt(max * 0.3 / 0.4))^3 + max
 * always      rate &lt;= 2 * measured; 0.5 to begin with at least
 * </pre>
 *
 * <p>It counts requests, not tokens. See <a
 * href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html">Retry
 * behavior</a>.
 */
final class AdaptiveRetry implements RetryLoop {
  private static final double BETA = 0.7;
  private static final double SCALE = 0.4;
  private static final double SMOOTH = 0.8;
  private static final double MIN_FILL = 0.5;
  private static final double MIN_CAPACITY = 1;
  private static final double HALF_SECONDS = 2;

  private final AwsRetry standard = AwsRetry.standard2026();
  private boolean enabled;
  private double fillRate;
  private double capacity;
  private double level;
  private long refilledAt;
  private double measured;
  private double lastBucket;
  private int requests;
  private double lastMaximum;
  private double lastThrottle;
  private double window;

  @Override
  public long delayNanos(int failures, int status, CallState state, RandomGenerator random) {
    return standard.delayNanos(failures, status, state, random);
  }

  @Override
  public void answered(CallState state) {
    standard.answered(state);
  }

  @Override
  public long holdNanos(CallState state, long now) {
    if (!enabled) {
      return 0;
    }
    refill(now);
    if (level >= 1) {
      level--;
      return 0;
    }
    return (long) Math.ceil((1 - level) / fillRate * 1e9);
  }

  @Override
  public void replied(int status, long now) {
    double seconds = now / 1e9;
    measure(seconds);
    double rate;
    if (status == 429) {
      double used = enabled ? Math.min(measured, fillRate) : measured;
      lastMaximum = used;
      window = Math.cbrt(lastMaximum * (1 - BETA) / SCALE);
      lastThrottle = seconds;
      rate = used * BETA;
      enabled = true;
    } else {
      window = Math.cbrt(lastMaximum * (1 - BETA) / SCALE);
      rate = SCALE * Math.pow(seconds - lastThrottle - window, 3) + lastMaximum;
    }
    refill(now);
    fillRate = Math.max(MIN_FILL, Math.min(rate, 2 * measured));
    capacity = Math.max(MIN_CAPACITY, fillRate);
    level = Math.min(level, capacity);
  }

  private void measure(double seconds) {
    double bucket = Math.floor(seconds * HALF_SECONDS) / HALF_SECONDS;
    requests++;
    if (bucket > lastBucket) {
      measured = SMOOTH * requests / (bucket - lastBucket) + (1 - SMOOTH) * measured;
      requests = 0;
      lastBucket = bucket;
    }
  }

  private void refill(long now) {
    level = Math.min(capacity, level + fillRate * (now - refilledAt) / 1e9);
    refilledAt = now;
  }
}
