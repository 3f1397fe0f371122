package dev.forebay.cli.top;

/** A gateway's status cannot be had; the message says why. */
public final class StatusException extends Exception {
  private static final long serialVersionUID = 1;

  StatusException(String message) {
    super(message);
  }

  StatusException(String message, Throwable cause) {
    super(message, cause);
  }
}
