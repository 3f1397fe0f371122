package dev.forebay.core.admission;

import java.time.Duration;

/**
 * How many attempts begin after a cooldown has ended where no rate is known to pace them: one that
 * probes, and twice as many every 250 ms, which is several times what a refusal takes to come. A
 * crowd would be refused as one. Guarded by its {@link Admission}.
 */
final class SlowStart {
  static final long DOUBLING_NANOS = Duration.ofMillis(250).toNanos();
  private static final int LAST_DOUBLING = 12;

  /** The end of the cooldown since which attempts are counted. */
  private long openingNanos;

  private int sinceOpening;

  /** How long until one more may begin, 0 if it may now. */
  long waitNanos(long opensAtNanos, long nowNanos) {
    long since = nowNanos - opensAtNanos;
    long doublings = since / DOUBLING_NANOS;
    if (since < 0 || doublings >= LAST_DOUBLING) {
      return 0;
    }
    if (opensAtNanos != openingNanos) {
      openingNanos = opensAtNanos;
      sinceOpening = 0;
    }
    return sinceOpening < 1 << doublings ? 0 : (doublings + 1) * DOUBLING_NANOS - since;
  }

  void begin() {
    sinceOpening++;
  }
}
