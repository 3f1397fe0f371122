package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * A token bucket of the program's own in front of a usual loop: a minute of the quota that it
 * knows, refilled steadily. A call takes {@code input + maxTokens} and gives nothing back; one for
 * which there is not enough waits in the order of arrival.
 */
final class LocalBucket implements RetryLoop {
  private static final double MINUTE_NANOS = 60e9;

  private final FullJitterLoop loop = new FullJitterLoop();
  private final double perNano;
  private final double capacity;
  private double level;
  private long at;

  /**
   * A full bucket.
   *
   * @param tokensPerMinute 0 if it is not known, and then the bucket limits nothing
   */
  LocalBucket(long tokensPerMinute) {
    this.capacity = tokensPerMinute;
    this.perNano = tokensPerMinute / MINUTE_NANOS;
    this.level = capacity;
  }

  @Override
  public long delayNanos(int failures, int status, CallState state, RandomGenerator random) {
    return loop.delayNanos(failures, status, state, random);
  }

  /** A call may take what is not there yet, and waits for it. */
  @Override
  public long holdNanos(CallState state, long now) {
    if (capacity == 0 || state.held > 0) {
      state.held = 0;
      return 0;
    }
    level = Math.min(capacity, level + perNano * (now - at));
    at = now;
    level -= state.tokens;
    if (level >= 0) {
      return 0;
    }
    state.held = 1;
    return (long) Math.ceil(-level / perNano);
  }
}
