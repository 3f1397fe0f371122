package dev.forebay.gateway.upstream;

import dev.forebay.engine.ConnectionReason;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes why a connection of Vert.x failed. */
public final class ConnectionFault extends ConnectionReason {
  private static final Pattern STATUS = Pattern.compile("\\b([1-5]\\d\\d)\\b");

  private static final ConnectionReason REASON = new ConnectionFault();

  private ConnectionFault() {}

  public static String reason(Throwable failure) {
    return REASON.of(failure);
  }

  @Override
  protected @Nullable String own(Throwable cause, String message) {
    return switch (cause) {
      case ConnectTimeoutException e -> "connecting timed out";
      case ProxyConnectException e -> proxy(message);
      case ConnectionPoolTooBusyException e -> "too many calls wait for a connection";
      case NotSslRecordException e -> "no TLS at that port";
      case SslHandshakeTimeoutException e -> "TLS handshake timed out";
      case HttpClosedException e -> "connection closed";
      default -> null;
    };
  }

  @Override
  protected @Nullable String byMessage(String message) {
    return message.contains("timed out") ? "connecting timed out" : null;
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
