package dev.forebay.emulator;

/** A request that cannot be answered; carries the error to answer with. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient AwsError error;

  RefusedException(ErrorType type, String message) {
    // An expected outcome of bad input, not a fault of the program: no stack trace.
    super(message, null, false, false);
    this.error = new AwsError(type, message);
  }

  AwsError error() {
    return error;
  }
}
