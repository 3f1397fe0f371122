package dev.forebay.bedrock;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded damage to bytes: flips, cuts, repeats, splices, and pieces that parsers stumble over. */
public final class Mutations {
  /**
   * How many damaged inputs a test tries: enough to meet each kind of damage, or as many as {@code
   * -Dforebay.fuzz} says.
   */
  public static final int COUNT = Integer.getInteger("forebay.fuzz", 50_000);

  private static final byte[][] VALUES =
      bytes(
          "1e999999999",
          "-1e-9999999999",
          "9".repeat(1_100),
          "0." + "1".repeat(1_100),
          "2147483648",
          "-1",
          "0.5",
          "3",
          "null",
          "true",
          "\"\"",
          "\"x\"",
          "\"user\"",
          "\"\\ud83d\"",
          "\"\\u0000\"",
          "{}",
          "[]",
          "[{\"text\":\"x\"}]",
          "{\"a\":".repeat(60) + "1" + "}".repeat(60),
          "[".repeat(400) + "]".repeat(400));

  private static final byte[][] PIECES =
      bytes(
          "1e999999999",
          "-1e-999999999",
          "9".repeat(1_100),
          "2147483648",
          "-1",
          "null",
          "true",
          "\"\"",
          "\"\\ud83d\"",
          "\"\\u0000\"",
          "{}",
          "[]",
          "[[[[[[[[[[",
          "{\"a\":".repeat(60),
          "[".repeat(600),
          "\"type\":",
          "\"text\":",
          "\"messages\":",
          "\"toolUse\":",
          "\"max_tokens\":",
          ",",
          ":",
          "\"",
          "\\",
          "/",
          "%2F",
          "%25",
          "%",
          "..",
          "\u00ff\u00fe");

  private final SplittableRandom random;

  public Mutations(long seed) {
    random = new SplittableRandom(seed);
  }

  public byte[] of(byte[] original) {
    byte[] bytes = original.clone();
    for (int n = random.nextInt(1, 4); n > 0 && bytes.length > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes[at] = bytes[random.nextInt(bytes.length)];
        case 4 -> bytes = replaced(bytes, at, 0, pick(PIECES));
        case 5 -> bytes = replaced(bytes, at, Math.min(bytes.length - at, 4), pick(PIECES));
        default -> bytes = spliced(bytes, at, random.nextInt(bytes.length));
      }
    }
    return bytes;
  }

  /** Any of these. */
  public <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  /** One or two plain values of a JSON document become others: it stays a document. */
  public byte[] ofJson(byte[] document) {
    byte[] bytes = document;
    for (int n = random.nextInt(1, 3); n > 0; n--) {
      int from = plainValueAfter(bytes, random.nextInt(bytes.length));
      int end = from;
      while (end < bytes.length && ",}]\n".indexOf(bytes[end]) < 0) {
        end++;
      }
      bytes = replaced(bytes, from, end - from, from == end ? new byte[0] : pick(VALUES));
    }
    return bytes;
  }

  /** The first behind a colon that is neither object nor list; the end if there is none. */
  private static int plainValueAfter(byte[] bytes, int from) {
    for (int i = Math.max(1, from); i < bytes.length; i++) {
      boolean afterColon = bytes[i - 1] == ':' || (bytes[i - 1] == ' ' && bytes[i - 2] == ':');
      if (afterColon && " {[".indexOf(bytes[i]) < 0) {
        return i;
      }
    }
    return bytes.length;
  }

  private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
    byte[] out = Arrays.copyOf(bytes, bytes.length - length + by.length);
    System.arraycopy(by, 0, out, at, by.length);
    System.arraycopy(bytes, at + length, out, at + by.length, bytes.length - at - length);
    return out;
  }

  private static byte[] spliced(byte[] bytes, int first, int second) {
    byte[] joined = Arrays.copyOf(bytes, first + bytes.length - second);
    System.arraycopy(bytes, second, joined, first, bytes.length - second);
    return joined;
  }

  private static byte[][] bytes(String... pieces) {
    return Arrays.stream(pieces)
        .map(piece -> piece.getBytes(StandardCharsets.ISO_8859_1))
        .toArray(byte[][]::new);
  }
}
