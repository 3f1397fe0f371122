package dev.forebay.core;

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
  NONE
}
