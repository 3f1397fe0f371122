package dev.forebay.bedrock;

import dev.forebay.bedrock.MalformedJsonException.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Strings of a JSON text: where they end, what they hold, and how long they are. */
final class JsonText {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long SPACES = ONES * ' ';

  /** A text of so many bytes without a space or a sign is none. */
  private static final int SAMPLE = 32;

  private static final byte[] DATA_URL = "data:".getBytes(StandardCharsets.US_ASCII);

  /** How the images that models take begin, in base64: PNG, JPEG, GIF, WebP. */
  private static final byte[][] IMAGES = {
    "iVBORw0KGgo".getBytes(StandardCharsets.US_ASCII),
    "/9j/".getBytes(StandardCharsets.US_ASCII),
    "R0lGOD".getBytes(StandardCharsets.US_ASCII),
    "UklGR".getBytes(StandardCharsets.US_ASCII),
    "data:image/".getBytes(StandardCharsets.US_ASCII)
  };

  private JsonText() {}

  enum Media {
    NONE,
    IMAGE,
    FILE
  }

  /**
   * Passes over a string, eight bytes at once where they are plain.
   *
   * @param begin behind its opening quote
   * @param end of all that may be read
   * @return where its closing quote is; the complement of that if it has escapes
   * @throws MalformedJsonException if it has none, or holds what no string may hold
   */
  static int closingQuote(byte[] json, int begin, int end) {
    boolean escaped = false;
    int i = plainUntil(json, begin, end);
    while (i < end && json[i] != '"') {
      if (json[i] == '\\') {
        escaped = true;
        i = escape(json, i, end);
      } else if (json[i] < 0) {
        i = multibyte(json, i, end);
      } else {
        throw new MalformedJsonException(Kind.INVALID, i);
      }
      i = plainUntil(json, i, end);
    }
    if (i >= end) {
      throw new MalformedJsonException(Kind.ENDS_EARLY, end);
    }
    return escaped ? ~i : i;
  }

  /** The first byte from there on that stands for more than itself; the end if there is none. */
  private static int plainUntil(byte[] json, int begin, int end) {
    int i = begin;
    while (i + Long.BYTES <= end) {
      long special = special((long) EIGHT_BYTES.get(json, i));
      if (special != 0) {
        return i + (Long.numberOfTrailingZeros(special) >>> 3);
      }
      i += Long.BYTES;
    }
    while (i < end && json[i] >= ' ' && json[i] != '"' && json[i] != '\\') {
      i++;
    }
    return i;
  }

  /**
   * The high bits of bytes that are a quote, a backslash, a control character or no ASCII. Those
   * behind the first one may be wrong, as a borrow runs through them.
   */
  private static long special(long eight) {
    return (((eight ^ QUOTES) - ONES) | ((eight ^ BACKSLASHES) - ONES) | (eight - SPACES) | eight)
        & HIGH_BITS;
  }

  /** Behind the escape that begins there. */
  private static int escape(byte[] json, int backslash, int end) {
    if (backslash + 1 >= end) {
      throw new MalformedJsonException(Kind.ENDS_EARLY, end);
    }
    return switch (json[backslash + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> backslash + 2;
      case 'u' -> hexadecimal(json, backslash + 2, end);
      default -> throw new MalformedJsonException(Kind.INVALID, backslash + 1);
    };
  }

  private static int hexadecimal(byte[] json, int begin, int end) {
    for (int i = begin; i < begin + 4; i++) {
      if (i >= end) {
        throw new MalformedJsonException(Kind.ENDS_EARLY, end);
      }
      if (Character.digit(json[i], 16) < 0) {
        throw new MalformedJsonException(Kind.INVALID, i);
      }
    }
    return begin + 4;
  }

  /** Behind the UTF-8 character that begins there. */
  private static int multibyte(byte[] json, int begin, int end) {
    int after = begin + multibyteLength(json[begin] & 0xFF);
    if (after == begin) {
      throw new MalformedJsonException(Kind.INVALID, begin);
    }
    for (int i = begin + 1; i < after; i++) {
      if (i >= end) {
        throw new MalformedJsonException(Kind.ENDS_EARLY, end);
      }
      if ((json[i] & 0xC0) != 0x80) {
        throw new MalformedJsonException(Kind.INVALID, i);
      }
    }
    return after;
  }

  /** By the character's first byte; 0 if it cannot be one. */
  private static int multibyteLength(int lead) {
    if ((lead & 0xE0) == 0xC0) {
      return 2;
    }
    if ((lead & 0xF0) == 0xE0) {
      return 3;
    }
    return (lead & 0xF8) == 0xF0 ? 4 : 0;
  }

  /** The text of a string between its quotes. */
  static String decoded(byte[] json, int begin, int end, boolean escaped) {
    if (!escaped) {
      return new String(json, begin, end - begin, StandardCharsets.UTF_8);
    }
    StringBuilder text = new StringBuilder(end - begin);
    int i = begin;
    while (i < end) {
      int plain = i;
      while (i < end && json[i] != '\\') {
        i++;
      }
      text.append(new String(json, plain, i - plain, StandardCharsets.UTF_8));
      if (i < end) {
        boolean hexadecimal = json[i + 1] == 'u';
        text.append(hexadecimal ? unit(json, i + 2) : unescaped(json[i + 1]));
        i += hexadecimal ? 6 : 2;
      }
    }
    return text.toString();
  }

  private static char unit(byte[] json, int begin) {
    return (char) Integer.parseInt(new String(json, begin, 4, StandardCharsets.US_ASCII), 16);
  }

  private static char unescaped(byte letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> (char) letter;
    };
  }

  /** What the string that starts there is, going by its property's name and its first bytes. */
  static Media mediaAt(byte[] json, int start, @Nullable String name) {
    if (name == null || !mayHoldMedia(name)) {
      return Media.NONE;
    }
    for (byte[] image : IMAGES) {
      if (startsWith(json, start, image)) {
        return Media.IMAGE;
      }
    }
    return startsWith(json, start, DATA_URL) || isBase64(json, start) ? Media.FILE : Media.NONE;
  }

  /**
   * The UTF-8 length of the string that starts there, escapes resolved: some SDKs escape all that
   * is not ASCII, which doubles the bytes and not the tokens.
   */
  static int utf8Length(byte[] json, int start) {
    int length = 0;
    int i = start;
    while (i < json.length && json[i] != '"') {
      if (json[i] != '\\') {
        length++;
        i++;
      } else if (i + 4 < json.length && json[i + 1] == 'u') {
        length += escapedLength(json[i + 2], json[i + 3], json[i + 4]);
        i += 6;
      } else {
        length++;
        i += 2;
      }
    }
    return length;
  }

  /** The UTF-8 length of a UTF-16 unit, by its first hex digits; half of four for a surrogate. */
  private static int escapedLength(byte first, byte second, byte third) {
    if (first == '0' && second == '0' && third < '8') {
      return 1;
    }
    boolean surrogate = (first == 'd' || first == 'D') && second >= '8';
    return surrogate || (first == '0' && second < '8') ? 2 : 3;
  }

  private static boolean mayHoldMedia(String name) {
    return switch (name) {
      case "bytes", "data", "url", "image_url", "file_data", "inputImage" -> true;
      default -> false;
    };
  }

  static boolean startsWith(byte[] json, int start, byte[] prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (start + i >= json.length || json[start + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBase64(byte[] json, int start) {
    for (int i = start; i < start + SAMPLE; i++) {
      if (i >= json.length || !isBase64(json[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBase64(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '+'
        || b == '/'
        || b == '=';
  }
}
