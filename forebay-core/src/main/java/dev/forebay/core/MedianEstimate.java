package dev.forebay.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A running estimate of a median of durations. Each sample moves it towards itself by {@code
 * max(1/16, 1/(n+1))} of its value, so it settles in a few samples and follows a change within tens
 * of them; where as many samples are above as below, it rests. Thread-safe and lock-free.
 */
final class MedianEstimate {
  private static final int COUNT_BITS = 4;
  private static final long COUNT_MASK = (1 << COUNT_BITS) - 1;

  /** The estimate in nanoseconds, and in the low bits the number of samples up to 15. */
  private final AtomicLong packed = new AtomicLong();

  void add(long nanos) {
    packed.updateAndGet(
        seen -> {
          long count = seen & COUNT_MASK;
          long estimate = seen >> COUNT_BITS;
          long step = Math.max(1, estimate / (count + 1));
          long moved =
              count == 0 || Math.abs(nanos - estimate) <= step
                  ? nanos
                  : estimate + (nanos > estimate ? step : -step);
          return Math.max(1, moved) << COUNT_BITS | Math.min(COUNT_MASK, count + 1);
        });
  }

  /** The estimate in nanoseconds, 0 before the first sample. */
  long nanos() {
    return packed.get() >> COUNT_BITS;
  }
}
