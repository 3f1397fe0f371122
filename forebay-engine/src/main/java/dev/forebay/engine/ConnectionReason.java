package dev.forebay.engine;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Describes in a few words why a connection failed, for operators and callers; never with a secret.
 * An HTTP client adds its own exceptions.
 */
public abstract class ConnectionReason {
  private static final int MOST_CAUSES = 20;

  /** What a client's own exception means; null for any other. Asked first. */
  protected abstract @Nullable String own(Throwable cause, String message);

  /** What a message means to which nothing else applies; null if it means nothing. */
  protected abstract @Nullable String byMessage(String message);

  /** The reason. */
  public final String of(Throwable failure) {
    @Nullable String found = null;
    int depth = 0;
    for (Throwable cause = failure;
        cause != null && depth < MOST_CAUSES;
        cause = cause.getCause()) {
      String here = one(cause);
      // The innermost cause says most: a handshake fails since a certificate has expired.
      found = here == null ? found : here;
      depth++;
    }
    return found == null ? unknown(failure) : found;
  }

  /** What is said of a failure that means nothing known. */
  protected String unknown(Throwable failure) {
    return "connection failed";
  }

  private @Nullable String one(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    String own = own(cause, message);
    return own == null ? common(cause, message) : own;
  }

  private @Nullable String common(Throwable cause, String message) {
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
      case ClosedChannelException e -> "connection closed";
      default -> commonMessage(message);
    };
  }

  /** Native transports and the JDK distinguish these by their messages alone. */
  private @Nullable String commonMessage(String message) {
    if (message.contains("connection reset") || message.contains("broken pipe")) {
      return "connection reset";
    }
    if (message.contains("unreachable") || message.contains("no route to host")) {
      return "no route to host";
    }
    return byMessage(message);
  }

  private static boolean isName(String message) {
    return message.contains("no subject alternative") || message.contains("no name matching");
  }
}
