package dev.forebay.bedrock;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded damage to bytes: flips, cuts, repeats and splices. */
final class Mutations {
  static final int COUNT = 50_000;

  private final SplittableRandom random;

  Mutations(long seed) {
    random = new SplittableRandom(seed);
  }

  byte[] of(byte[] original) {
    byte[] bytes = original.clone();
    for (int n = random.nextInt(1, 4); n > 0 && bytes.length > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes[at] = bytes[random.nextInt(bytes.length)];
        default -> bytes = spliced(bytes, at, random.nextInt(bytes.length));
      }
    }
    return bytes;
  }

  /** Any of these. */
  <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private static byte[] spliced(byte[] bytes, int first, int second) {
    byte[] joined = Arrays.copyOf(bytes, first + bytes.length - second);
    System.arraycopy(bytes, second, joined, first, bytes.length - second);
    return joined;
  }
}
