package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * A small seeded generator (SplitMix64). Independent streams come from mixing a seed with whatever
 * names the stream, so that what one policy draws changes nothing for another.
 */
final class Draws implements RandomGenerator {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  Draws(long seed) {
    this.state = seed;
  }

  /** The seed of a stream within another one. */
  static long mix(long seed, long stream) {
    return scramble(seed + GOLDEN * (stream + 1));
  }

  /** The seed of a stream with a name. */
  static long mix(long seed, String stream) {
    long mixed = seed;
    for (int i = 0; i < stream.length(); i++) {
      mixed = mix(mixed, stream.charAt(i));
    }
    return mixed;
  }

  /** Starts another stream. */
  Draws reseed(long seed) {
    state = seed;
    return this;
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return scramble(state);
  }

  private static long scramble(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
