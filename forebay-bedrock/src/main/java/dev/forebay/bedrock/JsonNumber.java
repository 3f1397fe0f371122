package dev.forebay.bedrock;

import dev.forebay.bedrock.MalformedJsonException.Kind;

/** Numbers of a JSON text: where they end, and how much small ones are. Not thread-safe. */
final class JsonNumber {
  /** Any integer that has no more bytes is an {@code int}. */
  static final int INT_BYTES = 9;

  private static final int MAX_DIGITS = 1_000;

  private final byte[] json;
  private final int end;
  private int at;
  private int digits;

  private JsonNumber(byte[] json, int begin, int end) {
    this.json = json;
    this.at = begin;
    this.end = end;
  }

  /**
   * Passes over a number.
   *
   * @param end of all that may be read
   * @return the byte behind it; the complement of that if it has a fraction or an exponent
   * @throws MalformedJsonException if it is none, or has too many digits
   */
  static int end(byte[] json, int begin, int end) {
    JsonNumber number = new JsonNumber(json, begin, end);
    return number.isInteger() ? number.at : ~number.at;
  }

  private boolean isInteger() {
    pass('-', '-');
    boolean zero = at < end && json[at] == '0';
    digits();
    if (zero && digits > 1) {
      throw new MalformedJsonException(Kind.INVALID, at);
    }
    boolean integer = true;
    if (pass('.', '.')) {
      digits();
      integer = false;
    }
    if (pass('e', 'E')) {
      pass('+', '-');
      digits();
      integer = false;
    }
    if (digits > MAX_DIGITS) {
      throw new MalformedJsonException(Kind.BEYOND_LIMITS, at);
    }
    return integer;
  }

  /** Passes over either of these; whether it is there. */
  private boolean pass(char one, char other) {
    boolean there = at < end && (json[at] == one || json[at] == other);
    at += there ? 1 : 0;
    return there;
  }

  /** Passes over digits, at least one. */
  private void digits() {
    if (at == end) {
      throw new MalformedJsonException(Kind.ENDS_EARLY, end);
    }
    int begin = at;
    while (at < end && json[at] >= '0' && json[at] <= '9') {
      at++;
    }
    if (at == begin) {
      throw new MalformedJsonException(Kind.INVALID, at);
    }
    digits += at - begin;
  }

  /** The value of an integer of at most {@value #INT_BYTES} bytes. */
  static int value(byte[] json, int begin, int end) {
    boolean negative = json[begin] == '-';
    int value = 0;
    for (int i = negative ? begin + 1 : begin; i < end; i++) {
      value = value * 10 + (json[i] - '0');
    }
    return negative ? -value : value;
  }
}
