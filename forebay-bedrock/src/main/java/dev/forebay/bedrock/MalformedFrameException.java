package dev.forebay.bedrock;

/** The bytes are no event stream: a wrong checksum or an impossible length. */
public final class MalformedFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedFrameException(String message) {
    super(message);
  }
}
