package dev.forebay.gateway.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in a few words why a connection failed, for operators and callers; never with a secret. */
public final class ConnectionFault {
  private static final Pattern STATUS = Pattern.compile("\\b([1-5]\\d\\d)\\b");

  private ConnectionFault() {}

  public static String of(Throwable failure) {
    @Nullable String found = null;
    int depth = 0;
    for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause()) {
      String here = one(cause);
      // The innermost cause says most: a handshake fails since a certificate has expired.
      found = here == null ? found : here;
      depth++;
    }
    return found == null ? "connection failed" : found;
  }

  private static @Nullable String one(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return switch (cause) {
      case UnknownHostException e -> "name not found";
      case ConnectTimeoutException e -> "connecting timed out";
      case NoRouteToHostException e -> "no route to host";
      case ProxyConnectException e -> proxy(message);
      case ConnectException e when message.contains("refused") -> "connection refused";
      case ConnectionPoolTooBusyException e -> "too many calls wait for a connection";
      case NotSslRecordException e -> "no TLS at that port";
      case SslHandshakeTimeoutException e -> "TLS handshake timed out";
      case CertificateExpiredException e -> "certificate expired";
      case CertificateNotYetValidException e -> "certificate not valid yet";
      case CertPathBuilderException e -> "certificate of an unknown authority (see ca)";
      case CertificateException e when isName(message) -> "certificate is for another name";
      case SSLException e when message.contains("closed") -> "connection closed during TLS";
      case SSLException e -> "TLS handshake failed";
      case HttpClosedException e -> "connection closed";
      case ClosedChannelException e -> "connection closed";
      default -> byMessage(message);
    };
  }

  /** Native transports and the JDK tell these by their messages alone. */
  private static @Nullable String byMessage(String message) {
    if (message.contains("connection reset") || message.contains("broken pipe")) {
      return "connection reset";
    }
    if (message.contains("unreachable") || message.contains("no route to host")) {
      return "no route to host";
    }
    return message.contains("timed out") ? "connecting timed out" : null;
  }

  private static boolean isName(String message) {
    return message.contains("no subject alternative") || message.contains("no name matching");
  }

  private static String proxy(String message) {
    if (message.contains("timeout") || message.contains("timed out")) {
      return "the proxy did not answer in time";
    }
    Matcher status = STATUS.matcher(message.substring(Math.max(0, message.indexOf("status"))));
    if (!status.find()) {
      return "the proxy failed";
    }
    return status.group(1).equals("407")
        ? "the proxy asks for credentials (407)"
        : "the proxy refused (" + status.group(1) + ")";
  }
}
