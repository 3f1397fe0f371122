package dev.forebay.emulator;

import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The randomness of one request, one generator for each use, so that a fault or another latency
 * leaves the text as it was. It depends on the seed and on the request's place in the sequence.
 */
record Draws(
    String requestId,
    RandomGenerator faults,
    RandomGenerator latency,
    RandomGenerator text,
    RandomGenerator padding) {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  static Draws of(long seed, long sequence) {
    SplittableRandom root = new SplittableRandom(seed * GOLDEN_GAMMA + sequence);
    return new Draws(id(root), root.split(), root.split(), root.split(), root.split());
  }

  private static String id(RandomGenerator random) {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
    return new UUID(high, low).toString();
  }
}
