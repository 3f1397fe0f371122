package dev.forebay.emulator;

/**
 * How long a model takes: the time to the first token in milliseconds, then tokens per second. A
 * unary answer comes after {@code timeToFirstToken + outputTokens / tokensPerSecond}.
 */
public record Latency(Distribution timeToFirstToken, Distribution tokensPerSecond) {
  /** 250 ms to the first token and 80 tokens per second: a mid-size chat model on a quiet day. */
  public static final Latency TYPICAL =
      new Latency(new Distribution.Fixed(250), new Distribution.Fixed(80));

  /** Answers at once, for tests. */
  public static final Latency NONE =
      new Latency(new Distribution.Fixed(0), new Distribution.Fixed(1e12));
}
