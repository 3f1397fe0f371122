package dev.forebay.core;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What one call has done in one tier, and which of the tier's targets it takes next. */
final class TierProgress {
  private final Tier tier;

  /** Bit i stands for the tier's i-th target. */
  private long failed;

  private long excluded;
  private int current;
  private long @Nullable [] notBeforeNanos;

  int attempts;
  int throttles;
  int transients;
  boolean retriedAtOnce;
  boolean retriedTimeout;
  long waitedNanos;
  long lastDelayNanos;

  TierProgress(Tier tier) {
    this.tier = tier;
  }

  /** Remembers that the target taken last failed, and its hint of when to come back. */
  void currentFailed(long comeBackAtNanos, long nowNanos) {
    failed |= bit(current);
    if (comeBackAtNanos - nowNanos > 0) {
      if (notBeforeNanos == null) {
        notBeforeNanos = new long[tier.targets().size()];
        Arrays.fill(notBeforeNanos, nowNanos);
      }
      notBeforeNanos[current] = comeBackAtNanos;
    }
  }

  /** Remembers that the target taken last can never serve this call. */
  void excludeCurrent() {
    excluded |= bit(current);
  }

  /** Whether some target has not been tried yet. */
  boolean hasFresh() {
    return (candidates() & ~failed) != 0;
  }

  /** When the target taken last asked to be left alone until. */
  long notBeforeNanos(long nowNanos) {
    return notBeforeNanos == null ? nowNanos : notBeforeNanos[current];
  }

  /** Takes one at random: of those not tried yet, else of those other than the last, else that. */
  @Nullable Target take(RandomGenerator random) {
    long candidates = candidates();
    if (candidates == 0) {
      return null;
    }
    long pool = candidates & ~failed;
    if (pool == 0) {
      pool = candidates & ~bit(current);
    }
    if (pool == 0) {
      pool = candidates;
    }
    current = nthBit(pool, Long.bitCount(pool) == 1 ? 0 : random.nextInt(Long.bitCount(pool)));
    return tier.targets().get(current);
  }

  private long candidates() {
    return -1L >>> (Long.SIZE - tier.targets().size()) & ~excluded;
  }

  private static long bit(int index) {
    return 1L << index;
  }

  private static int nthBit(long bits, int n) {
    long left = bits;
    for (int i = 0; i < n; i++) {
      left &= left - 1;
    }
    return Long.numberOfTrailingZeros(left);
  }
}
