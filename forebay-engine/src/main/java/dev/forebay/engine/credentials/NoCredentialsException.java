package dev.forebay.engine.credentials;

/** There are no credentials for a target; the message says why, without any part of them. */
public final class NoCredentialsException extends Exception {
  private static final long serialVersionUID = 1L;

  NoCredentialsException(String message) {
    super(message, null, false, false);
  }
}
