package dev.forebay.bedrock;

/** A text is no JSON. Has no stack trace, as bodies from outside may cause any number of them. */
final class MalformedJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  enum Kind {
    ENDS_EARLY,
    BEYOND_LIMITS,
    INVALID
  }

  private final Kind kind;
  private final int offset;

  /**
   * A text is no JSON.
   *
   * @param offset of the first byte that cannot be where it is
   */
  MalformedJsonException(Kind kind, int offset) {
    super(kind.name(), null, false, false);
    this.kind = kind;
    this.offset = offset;
  }

  Kind kind() {
    return kind;
  }

  int offset() {
    return offset;
  }
}
