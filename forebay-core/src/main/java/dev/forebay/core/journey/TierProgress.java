package dev.forebay.core.journey;

import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What one call has done in one tier, and which of the tier's targets it takes next. */
final class TierProgress {
  private static final int NONE = -1;

  /** How much more loaded the target with the warm cache may be. */
  private static final double HOME_ADVANTAGE = 2;

  private final Tier tier;

  /** Bit i stands for the tier's i-th target. */
  private long failed;

  private long excluded;
  private int current;

  int failures;
  int throttles;
  int transients;
  boolean retriedAtOnce;
  boolean retriedThrottle;
  boolean retriedTimeout;

  /** What the retry under way was charged for. */
  long retryLostTokens;

  private long lastDelayNanos;

  /**
   * Nothing has gone wrong in the tier yet.
   *
   * @param taken the target taken last, null for none
   */
  TierProgress(Tier tier, @Nullable Target taken) {
    this.tier = tier;
    this.current = taken == null ? NONE : tier.targets().indexOf(taken);
  }

  /** Remembers that the target failed. */
  void failed(Target target) {
    failures++;
    failed |= bit(indexOf(target));
  }

  /** Remembers that the target can never serve this call, if it is one of the tier. */
  void exclude(Target target) {
    int index = indexOf(target);
    if (index != NONE) {
      excluded |= bit(index);
    }
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

  /** What is known of the targets at the moment of a choice. */
  interface Choice {
    /** Whether the target may be asked at all. */
    boolean admits(Target target);

    /** How long the target would let the call wait, negative if it may not be asked at all. */
    long waitNanos(Target target);

    /** The target's load; the less the better. */
    double loadCost(Target target);
  }

  /**
   * Takes one of those that may be asked: of the fresh ones, else of those other than the last,
   * else that. Of several that would not let it wait, the less loaded of two drawn at random: as
   * good as the best of all, but not the same for all who choose at the same moment. Where all
   * would let it wait, the one with the shortest wait.
   *
   * @param conversation not 0 if one target may have the call's beginning in its cache: that
   *     target, unless it is over twice as loaded as the other
   */
  @Nullable Target take(Choice choice, long conversation, RandomGenerator random) {
    long others = current == NONE ? candidates() : candidates() & ~bit(current);
    int taken = best(candidates() & ~failed, choice, conversation, random);
    if (taken == NONE) {
      taken = best(others, choice, conversation, random);
    }
    if (taken == NONE) {
      taken = best(candidates(), choice, conversation, random);
    }
    if (taken == NONE) {
      return null;
    }
    current = taken;
    return tier.targets().get(taken);
  }

  private int best(long pool, Choice choice, long conversation, RandomGenerator random) {
    if (Long.bitCount(pool) == 1) {
      int only = Long.numberOfTrailingZeros(pool);
      return choice.admits(tier.targets().get(only)) ? only : NONE;
    }
    long ready = 0;
    for (long left = pool; left != 0; left &= left - 1) {
      int index = Long.numberOfTrailingZeros(left);
      if (choice.waitNanos(tier.targets().get(index)) == 0) {
        ready |= bit(index);
      }
    }
    if (ready == 0) {
      return soonest(pool, choice::waitNanos, random);
    }
    if (Long.bitCount(ready) == 1) {
      return Long.numberOfTrailingZeros(ready);
    }
    int one = conversation == 0 ? any(ready, random) : home(ready, conversation);
    int other = any(ready & ~bit(one), random);
    double ofOne = choice.loadCost(tier.targets().get(one));
    double ofOther = choice.loadCost(tier.targets().get(other));
    return ofOne <= (conversation == 0 ? 1 : HOME_ADVANTAGE) * ofOther ? one : other;
  }

  private static int any(long pool, RandomGenerator random) {
    long left = pool;
    for (int skip = random.nextInt(Long.bitCount(pool)); skip > 0; skip--) {
      left &= left - 1;
    }
    return Long.numberOfTrailingZeros(left);
  }

  /**
   * Rendezvous hashing: every gateway maps a conversation to the same target, and removing a target
   * moves only its own conversations.
   */
  private int home(long pool, long conversation) {
    int home = NONE;
    long highest = Long.MIN_VALUE;
    for (long left = pool; left != 0; left &= left - 1) {
      int index = Long.numberOfTrailingZeros(left);
      long mixed = mix(conversation ^ mix(tier.targets().get(index).name().hashCode()));
      if (home == NONE || mixed > highest) {
        home = index;
        highest = mixed;
      }
    }
    return home;
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** Draws the pause before the n-th retry for that cause. */
  long backoff(RetryPolicy policy, RetryPolicy.Cause cause, int n, RandomGenerator random) {
    lastDelayNanos = policy.delayNanos(cause, n, lastDelayNanos, random);
    return lastDelayNanos;
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
