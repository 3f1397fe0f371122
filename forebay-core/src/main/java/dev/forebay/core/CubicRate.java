package dev.forebay.core;

/** The rate of a known quota, in tokens per second. */
final class CubicRate {
  private final double known;

  CubicRate(double knownTokensPerSecond, long nowNanos) {
    known = knownTokensPerSecond;
  }

  void settled(double tokens, long nowNanos) {}

  boolean throttled(long sentAtNanos, long epochNanos, long nowNanos) {
    return false;
  }

  double tokensPerSecond(long nowNanos) {
    return known;
  }

  boolean isLearned(long nowNanos) {
    return false;
  }

  long pauseUntilNanos(long nowNanos) {
    return nowNanos;
  }
}
