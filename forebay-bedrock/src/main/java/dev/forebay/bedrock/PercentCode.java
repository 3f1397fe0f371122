package dev.forebay.bedrock;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Percent-encoding (RFC 3986) of one path segment. */
final class PercentCode {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PercentCode() {}

  /** Decodes to visible ASCII of at most that length; empty if the text is anything else. */
  static Optional<String> decode(String raw, int maxLength) {
    if (raw.length() > 3L * maxLength) {
      return Optional.empty();
    }
    StringBuilder decoded = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      int c = raw.charAt(i);
      if (c == '%') {
        c = escaped(raw, i + 1);
        i += 2;
      }
      if (c <= ' ' || c > '~' || decoded.length() == maxLength) {
        return Optional.empty();
      }
      decoded.append((char) c);
    }
    return Optional.of(decoded.toString());
  }

  /** Encodes all but the unreserved characters. */
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved(b)) {
        encoded.append((char) b);
      } else {
        HEX.toHexDigits(encoded.append('%'), b);
      }
    }
    return encoded.toString();
  }

  /** The byte that two hex digits mean, or -1. */
  private static int escaped(String raw, int at) {
    boolean digits =
        at + 2 <= raw.length()
            && HexFormat.isHexDigit(raw.charAt(at))
            && HexFormat.isHexDigit(raw.charAt(at + 1));
    return digits ? HexFormat.fromHexDigits(raw, at, at + 2) : -1;
  }

  private static boolean isUnreserved(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '~';
  }
}
