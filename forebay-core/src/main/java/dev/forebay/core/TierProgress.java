package dev.forebay.core;

import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What one call has done in one tier, and which of the tier's targets it takes next. */
final class TierProgress {
  private static final int NONE = -1;

  private final Tier tier;

  /** Bit i stands for the tier's i-th target. */
  private long failed;

  private long excluded;
  private int current = NONE;

  int attempts;
  int failures;
  int throttles;
  int transients;
  boolean retriedAtOnce;
  boolean retriedTimeout;
  long waitedNanos;
  long lastDelayNanos;

  TierProgress(Tier tier) {
    this.tier = tier;
  }

  /** Remembers that the target failed. */
  void failed(Target target) {
    failures++;
    failed |= bit(indexOf(target));
  }

  /** Remembers that the target can never serve this call. */
  void exclude(Target target) {
    excluded |= bit(indexOf(target));
  }

  /** Makes this the target taken last. */
  void turnTo(Target target) {
    current = indexOf(target);
  }

  /** Whether some target has not been tried yet. */
  boolean hasFresh() {
    return (candidates() & ~failed) != 0;
  }

  /** Whether the target taken last had been tried before. */
  boolean isRepeated() {
    return (failed & bit(current)) != 0;
  }

  /**
   * Takes one of those that are admitted: of the fresh ones, else of those other than the last,
   * else that; and of these one that can be asked soonest, at random among equals.
   *
   * @param waits how long each target asks to be left alone, negative if it is not admitted at all
   */
  @Nullable Target take(ToLongFunction<Target> waits, RandomGenerator random) {
    long others = current == NONE ? candidates() : candidates() & ~bit(current);
    int taken = soonest(candidates() & ~failed, waits, random);
    if (taken == NONE) {
      taken = soonest(others, waits, random);
    }
    if (taken == NONE) {
      taken = soonest(candidates(), waits, random);
    }
    if (taken == NONE) {
      return null;
    }
    current = taken;
    return tier.targets().get(taken);
  }

  /** One that has not been tried and is not the one taken last, at random among those eligible. */
  @Nullable Target another(Predicate<Target> eligible, RandomGenerator random) {
    long pool = candidates() & ~failed & ~bit(current);
    int other = soonest(pool, target -> eligible.test(target) ? 0 : -1, random);
    return other == NONE ? null : tier.targets().get(other);
  }

  private int indexOf(Target target) {
    return tier.targets().indexOf(target);
  }

  private int soonest(long pool, ToLongFunction<Target> waits, RandomGenerator random) {
    int best = NONE;
    long shortest = Long.MAX_VALUE;
    int equals = 0;
    for (long left = pool; left != 0; left &= left - 1) {
      int index = Long.numberOfTrailingZeros(left);
      long wait = waits.applyAsLong(tier.targets().get(index));
      if (wait < 0 || wait > shortest) {
        continue;
      }
      equals = wait < shortest ? 1 : equals + 1;
      shortest = wait;
      // Reservoir sampling: each of n equals is kept with probability 1/n.
      if (equals == 1 || random.nextInt(equals) == 0) {
        best = index;
      }
    }
    return best;
  }

  private long candidates() {
    return -1L >>> (Long.SIZE - tier.targets().size()) & ~excluded;
  }

  private static long bit(int index) {
    return 1L << index;
  }
}
