package dev.forebay.cli;

/** The input is right, but it could not be done; the message says why. Exit code 1. */
final class FailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FailedException(String message, Throwable cause) {
    super(message, cause);
  }

  FailedException(String message) {
    super(message);
  }
}
