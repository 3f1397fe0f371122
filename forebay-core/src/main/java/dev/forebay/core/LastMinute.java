package dev.forebay.core;

/** What was added over the last 60 seconds, to the second. Not thread-safe. */
final class LastMinute {
  private static final int SECONDS = 60;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final long originNanos;
  private final double[] tokens = new double[SECONDS];
  private final int[] calls = new int[SECONDS];
  private long second;
  private int allCalls;

  LastMinute(long nowNanos) {
    originNanos = nowNanos;
  }

  void add(double amount, long nowNanos) {
    forget(nowNanos);
    int slot = (int) (second % SECONDS);
    tokens[slot] += amount;
    calls[slot]++;
    allCalls++;
  }

  /** Summed anew each time, so that no rounding error outlives its minute. */
  double tokens(long nowNanos) {
    forget(nowNanos);
    double sum = 0;
    for (double each : tokens) {
      sum += each;
    }
    return sum;
  }

  int calls(long nowNanos) {
    forget(nowNanos);
    return allCalls;
  }

  private void forget(long nowNanos) {
    long target = (nowNanos - originNanos) / SECOND_NANOS;
    // What lies more than a minute back is all gone after one round.
    second = Math.max(second, target - SECONDS);
    while (second < target) {
      second++;
      int slot = (int) (second % SECONDS);
      allCalls -= calls[slot];
      tokens[slot] = 0;
      calls[slot] = 0;
    }
  }
}
