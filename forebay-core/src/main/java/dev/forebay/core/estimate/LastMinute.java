package dev.forebay.core.estimate;

/** What was added over the last 60 seconds, to the second. Not thread-safe. */
public final class LastMinute {
  private static final int SECONDS = 60;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final long originNanos;
  private final long[] tokens = new long[SECONDS];
  private final int[] calls = new int[SECONDS];
  private long second;

  /** Where its sums are. */
  private int slot;

  private long allTokens;
  private int allCalls;

  public LastMinute(long nowNanos) {
    originNanos = nowNanos;
  }

  public void add(long amount, long nowNanos) {
    forget(nowNanos);
    tokens[slot] += amount;
    allTokens += amount;
    calls[slot]++;
    allCalls++;
  }

  public long tokens(long nowNanos) {
    forget(nowNanos);
    return allTokens;
  }

  public int calls(long nowNanos) {
    forget(nowNanos);
    return allCalls;
  }

  private void forget(long nowNanos) {
    long since = nowNanos - originNanos;
    if (since < (second + 1) * SECOND_NANOS) {
      return;
    }
    long target = since / SECOND_NANOS;
    // What lies more than a minute back is all gone after one round.
    second = Math.max(second, target - SECONDS);
    while (second < target) {
      second++;
      slot = (int) (second % SECONDS);
      allTokens -= tokens[slot];
      allCalls -= calls[slot];
      tokens[slot] = 0;
      calls[slot] = 0;
    }
  }
}
