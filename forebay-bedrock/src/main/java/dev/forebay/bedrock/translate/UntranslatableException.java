package dev.forebay.bedrock.translate;

/** An answer holds something that the family it was asked in has no form for. */
public final class UntranslatableException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Takes a message without a word of the answer. */
  UntranslatableException(String message) {
    super(message);
  }
}
