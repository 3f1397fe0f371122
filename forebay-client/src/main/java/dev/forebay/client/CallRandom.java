package dev.forebay.client;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The randomness of one call, split off from that of all when the call first wants some: few do.
 * Not thread-safe; what it is split off from is used by many calls.
 */
final class CallRandom implements RandomGenerator {
  private final SplittableRandom shared;
  private @Nullable RandomGenerator own;

  CallRandom(SplittableRandom shared) {
    this.shared = shared;
  }

  @Override
  public long nextLong() {
    RandomGenerator split = own;
    if (split == null) {
      synchronized (shared) {
        split = shared.split();
      }
      own = split;
    }
    return split.nextLong();
  }
}
