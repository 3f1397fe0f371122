package dev.forebay.core.health;

import java.time.Duration;

/**
 * How long a target's failures take to come, and what follows from it for a circuit: a probe that
 * has outlived them has found the target alive.
 *
 * <pre>
 * mean       of the last failures, each with a weight of 1/4
 * outlived   after max(1 s, 3 * mean); never while none has been measured
 * </pre>
 *
 * <p>A refused connection or a 503 comes within milliseconds; a hung target's timeout after many
 * seconds. Thread-safe: of two failures at the same time one may be left out.
 */
final class FailureTime {
  static final long UNKNOWN = -1;

  private static final double STEP = 0.25;
  private static final int OUTLIVED = 3;
  private static final long MIN_OUTLIVED_NANOS = Duration.ofSeconds(1).toNanos();

  private volatile long meanNanos = UNKNOWN;

  void add(long nanos) {
    if (nanos == UNKNOWN) {
      return;
    }
    long mean = meanNanos;
    meanNanos = mean == UNKNOWN ? nanos : mean + (long) (STEP * (nanos - mean));
  }

  long outlivedNanos() {
    long mean = meanNanos;
    return mean == UNKNOWN ? Long.MAX_VALUE : Math.max(MIN_OUTLIVED_NANOS, OUTLIVED * mean);
  }
}
