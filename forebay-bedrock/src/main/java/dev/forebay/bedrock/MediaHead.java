package dev.forebay.bedrock;

/** Reads what the first bytes of a file in base64 say, where they lie in a JSON text. */
final class MediaHead {
  /** Of a JPEG, whose size stands behind its thumbnail and other segments. */
  private static final int MOST_SEGMENTS = 64;

  /** The longest beginning of a data URL. */
  private static final int MOST_PREFIX = 64;

  private static final int NONE = -1;

  private final byte[] json;
  private final int start;

  private MediaHead(byte[] json, int start) {
    this.json = json;
    this.start = start;
  }

  /**
   * The tokens of the image in base64 whose string starts there.
   *
   * @param start behind the quotation mark
   */
  static int imageTokens(byte[] json, int start, InputTokenRates.ImageRule rule) {
    MediaHead image = new MediaHead(json, behindPrefix(json, start));
    return switch (image.at(0)) {
      case 0x89 -> rule.tokens(image.bigEndian(16, 4), image.bigEndian(20, 4));
      case 'G' -> rule.tokens(image.littleEndian(6, 2), image.littleEndian(8, 2));
      case 0xFF -> image.jpeg(rule);
      case 'R' -> image.webp(rule);
      default -> InputTokenRates.ImageRule.LARGEST;
    };
  }

  private static int behindPrefix(byte[] json, int start) {
    if (json[start] == 'd') {
      for (int i = start; i < Math.min(json.length, start + MOST_PREFIX); i++) {
        if (json[i] == ',') {
          return i + 1;
        }
      }
    }
    return start;
  }

  private int jpeg(InputTokenRates.ImageRule rule) {
    int at = 2;
    for (int i = 0; i < MOST_SEGMENTS && at(at) == 0xFF; i++) {
      int marker = at(at + 1);
      boolean frame =
          marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
      if (frame) {
        return rule.tokens(bigEndian(at + 7, 2), bigEndian(at + 5, 2));
      }
      at += 2 + Math.max(0, bigEndian(at + 2, 2));
    }
    return InputTokenRates.ImageRule.LARGEST;
  }

  private int webp(InputTokenRates.ImageRule rule) {
    return switch (at(15)) {
      case ' ' -> rule.tokens(littleEndian(26, 2) & 0x3FFF, littleEndian(28, 2) & 0x3FFF);
      case 'L' -> {
        int bits = littleEndian(21, 4);
        yield rule.tokens((bits & 0x3FFF) + 1, (bits >>> 14 & 0x3FFF) + 1);
      }
      case 'X' -> rule.tokens(littleEndian(24, 3) + 1, littleEndian(27, 3) + 1);
      default -> InputTokenRates.ImageRule.LARGEST;
    };
  }

  private int bigEndian(int at, int length) {
    int value = 0;
    for (int i = at; i < at + length; i++) {
      value = value << 8 | (at(i) & 0xFF);
    }
    return value;
  }

  private int littleEndian(int at, int length) {
    int value = 0;
    for (int i = at + length - 1; i >= at; i--) {
      value = value << 8 | (at(i) & 0xFF);
    }
    return value;
  }

  /** The byte at that place of the image, or {@link #NONE}. */
  private int at(int index) {
    int group = index / 3;
    long first = (long) start + group * 4L;
    if (first + 3 >= json.length) {
      return NONE;
    }
    int bits = 0;
    for (int i = 0; i < 4; i++) {
      int sextet = sextet(json[(int) first + i]);
      if (sextet == NONE) {
        return NONE;
      }
      bits = (bits << 6) | sextet;
    }
    return (bits >> (8 * (2 - index % 3))) & 0xFF;
  }

  private static int sextet(byte sign) {
    if (sign >= 'A' && sign <= 'Z') {
      return sign - 'A';
    }
    if (sign >= 'a' && sign <= 'z') {
      return sign - 'a' + 26;
    }
    if (sign >= '0' && sign <= '9') {
      return sign - '0' + 52;
    }
    return switch (sign) {
      case '+' -> 62;
      case '/' -> 63;
      case '=' -> 0;
      default -> NONE;
    };
  }

  /** Whether the file in base64 that starts there begins like a text. */
  static boolean isText(byte[] json, int start) {
    MediaHead file = new MediaHead(json, behindPrefix(json, start));
    for (int i = 0; i < 24; i++) {
      int sign = file.at(i);
      if (sign < ' ' && sign != '\t' && sign != '\n' && sign != '\r') {
        return false;
      }
    }
    return true;
  }
}
