package dev.forebay.core;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a backoff delay is drawn from {@code base}, {@code max} and the number {@code n} of the retry
 * (0 for the first). {@code U(a, b)} is uniform. Every strategy that is random stays random at the
 * cap, so that callers which have waited longest do not fall into step.
 *
 * <p>See <a
 * href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
 * Backoff And Jitter</a>.
 */
public enum Jitter {
  /**
   * The default, made for Bedrock: {@code U(0, min(max, base * 2^n))} after throttling, and {@code
   * U(0, min(20 s, 50 ms * 2^n))} after other failures, which pass much sooner than a per-minute
   * quota is renewed. Neither exceeds {@code base} and {@code max} where those are smaller.
   */
  BEDROCK,
  /** {@code U(0, min(max, base * 2^n))}. */
  FULL,
  /**
   * {@code min(base * 2^n + U(0, base), max)}; near the cap the exponential part is held at {@code
   * max - base}, because the cap would cut off the random part.
   */
  ADDITIVE,
  /** {@code c/2 + U(0, c/2)} with {@code c = min(max, base * 2^n)}. */
  EQUAL,
  /** {@code U(base, min(max, 3 * previous delay))}. */
  DECORRELATED,
  /** {@code base}, always. */
  FIXED,
  /** {@code min(max, base * 2^n)}, not random: for one lone caller, or for tests. */
  NONE;

  /**
   * Draws the delay before a retry.
   *
   * @param n how many retries came before: 0 for the first
   * @return from 0 to {@code max}
   */
  public Duration delay(Duration base, Duration max, int n, RandomGenerator random) {
    return Duration.ofNanos(delayNanos(base.toNanos(), max.toNanos(), n, 0, random));
  }

  /**
   * The same in nanoseconds.
   *
   * @param previous the delay drawn before, 0 for none; only {@link #DECORRELATED} asks
   */
  long delayNanos(long base, long max, int n, long previous, RandomGenerator random) {
    return switch (this) {
      case BEDROCK, FULL -> uniform(0, exponential(base, n, max), random);
      case ADDITIVE -> exponential(base, n, max - base) + uniform(0, base, random);
      case EQUAL -> {
        long half = exponential(base, n, max) / 2;
        yield half + uniform(0, half, random);
      }
      case DECORRELATED ->
          uniform(
              base,
              Math.max(base, Math.min(max, saturatedTriple(Math.max(base, previous)))),
              random);
      case FIXED -> base;
      case NONE -> exponential(base, n, max);
    };
  }

  private static long exponential(long base, int n, long max) {
    return n >= Long.numberOfLeadingZeros(base) - 1 ? max : Math.min(max, base << n);
  }

  private static long saturatedTriple(long nanos) {
    return nanos > Long.MAX_VALUE / 3 ? Long.MAX_VALUE : nanos * 3;
  }

  static long uniform(long from, long to, RandomGenerator random) {
    return from >= to ? from : random.nextLong(from, to + 1);
  }
}
