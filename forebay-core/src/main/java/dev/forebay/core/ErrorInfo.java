package dev.forebay.core;

/**
 * An error as a caller of Bedrock sees it: HTTP status, exception name, message.
 *
 * @param status the HTTP status, 400 to 599
 * @param type the exception's name, such as {@code ThrottlingException}
 * @param message the text for a human; may quote a request, so it is never logged
 */
public record ErrorInfo(int status, String type, String message) {
  public ErrorInfo {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400 to 599, was " + status);
    }
  }

  /** Status and name without the message, for logs. */
  public String label() {
    return status + " " + type;
  }
}
