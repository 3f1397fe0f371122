package dev.forebay.core;

/**
 * Tokens that a call used, as Bedrock counts them: {@code input} excludes what came from the cache.
 */
public record TokenUsage(int input, int output, int cacheRead, int cacheWrite) {
  /** Nothing was used, or nothing is known. */
  public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0);

  public TokenUsage {
    if (input < 0 || output < 0 || cacheRead < 0 || cacheWrite < 0) {
      throw new IllegalArgumentException(
          "token counts must not be negative, were input %d, output %d, cacheRead %d, cacheWrite %d"
              .formatted(input, output, cacheRead, cacheWrite));
    }
  }

  /** All tokens together. */
  public long total() {
    return (long) input + output + cacheRead + cacheWrite;
  }
}
