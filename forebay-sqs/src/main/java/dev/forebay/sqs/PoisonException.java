package dev.forebay.sqs;

/** Why a message cannot be worked on. */
final class PoisonException extends Exception {
  private static final long serialVersionUID = 1;

  PoisonException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
