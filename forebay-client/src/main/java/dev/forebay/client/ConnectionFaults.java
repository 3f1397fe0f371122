package dev.forebay.client;

import dev.forebay.engine.ConnectionReason;
import dev.forebay.engine.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Says in a few words what an HTTP client's exception means; never with a secret. */
final class ConnectionFaults {
  private static final int MOST_CAUSES = 20;
  private static final ConnectionReason REASON = new OfClient();

  private ConnectionFaults() {}

  /**
   * What is reported of it.
   *
   * @param connected whether the request was on its way
   */
  static Transport.Failure failure(Throwable cause, boolean connected) {
    return new Transport.Failure(REASON.of(cause), connected, cause);
  }

  /**
   * Whether a connection was closed before it carried a byte of an answer, as one is that died
   * while it was idle.
   */
  static boolean isDeadConnection(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (cause instanceof SocketTimeoutException || cause instanceof InterruptedIOException) {
        return false;
      }
      if (cause instanceof SocketException || isNoAnswer(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Apache's word for it; other clients may be in use, and this one absent. */
  private static boolean isNoAnswer(Throwable cause) {
    return cause.getClass().getSimpleName().equals("NoHttpResponseException");
  }

  /** The exceptions of the SDK's HTTP clients, most of which differ by their messages alone. */
  private static final class OfClient extends ConnectionReason {
    @Override
    protected @Nullable String own(Throwable cause, String message) {
      if (isNoAnswer(cause)) {
        return "connection closed";
      }
      return cause instanceof SocketTimeoutException && message.contains("connect")
          ? "connecting timed out"
          : null;
    }

    /** A defect of the client, which may be the program's own: its name is where to look. */
    @Override
    protected String unknown(Throwable failure) {
      return failure instanceof IOException
              || failure instanceof UncheckedIOException
              || failure instanceof SdkException
          ? super.unknown(failure)
          : "the HTTP client threw " + failure.getClass().getName();
    }

    @Override
    protected @Nullable String byMessage(String message) {
      if (message.contains("shut down")) {
        return "the HTTP client was closed";
      }
      if (message.contains("closed") || message.contains("premature end")) {
        return "connection closed";
      }
      if (message.contains("acquire") || message.contains("pool")) {
        return "too many calls wait for a connection";
      }
      return message.contains("timed out") ? "timed out" : null;
    }
  }
}
