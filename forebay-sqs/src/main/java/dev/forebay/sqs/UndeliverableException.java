package dev.forebay.sqs;

/** An answer that can be put nowhere. */
final class UndeliverableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UndeliverableException(String reason) {
    super(reason);
  }
}
