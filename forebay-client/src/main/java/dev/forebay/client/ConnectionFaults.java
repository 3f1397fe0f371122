package dev.forebay.client;

import dev.forebay.engine.Transport;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in a few words what an HTTP client's exception means; never with a secret. */
final class ConnectionFaults {
  private static final int MOST_CAUSES = 20;

  private ConnectionFaults() {}

  /**
   * What is reported of it.
   *
   * @param connected whether the request was on its way
   */
  static Transport.Failure failure(Throwable cause, boolean connected) {
    return new Transport.Failure(reason(cause), connected, cause);
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

  private static String reason(Throwable failure) {
    @Nullable String found = null;
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      String here = one(cause);
      // The innermost cause says most: a handshake fails since a certificate has expired.
      found = here == null ? found : here;
      cause = cause.getCause();
    }
    return found == null ? "connection failed" : found;
  }

  private static @Nullable String one(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return switch (cause) {
      case UnknownHostException e -> "name not found";
      case NoRouteToHostException e -> "no route to host";
      case ConnectException e when message.contains("refused") -> "connection refused";
      case CertificateExpiredException e -> "certificate expired";
      case CertificateNotYetValidException e -> "certificate not valid yet";
      case CertPathBuilderException e -> "certificate of an unknown authority (see ca)";
      case CertificateException e when isName(message) -> "certificate is for another name";
      case SSLException e when message.contains("closed") -> "connection closed during TLS";
      case SSLException e -> "TLS handshake failed";
      case SocketTimeoutException e when message.contains("connect") -> "connecting timed out";
      default -> byMessage(cause, message);
    };
  }

  private static @Nullable String byMessage(Throwable cause, String message) {
    if (isNoAnswer(cause)) {
      return "connection closed";
    }
    if (message.contains("connection reset") || message.contains("broken pipe")) {
      return "connection reset";
    }
    if (message.contains("closed") || message.contains("premature end")) {
      return "connection closed";
    }
    if (message.contains("unreachable") || message.contains("no route to host")) {
      return "no route to host";
    }
    if (message.contains("acquire") || message.contains("pool")) {
      return "too many calls wait for a connection";
    }
    return message.contains("timed out") ? "timed out" : null;
  }

  private static boolean isName(String message) {
    return message.contains("no subject alternative") || message.contains("no name matching");
  }
}
