package dev.forebay.bedrock;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Strings of a JSON text, measured where they lie. */
final class JsonText {
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
