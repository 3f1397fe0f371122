package dev.forebay.gateway.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Knows of one connection to a target whether it was used before, and whether anything has come
 * since the last request. Lives on the connection's event loop.
 */
final class ConnectionWatch extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<ConnectionWatch> KEY =
      AttributeKey.valueOf(ConnectionWatch.class, "watch");

  /** Vert.x's own name of the handler that reads HTTP. */
  private static final String CODEC = "codec";

  private boolean used;
  private boolean answered;
  private boolean dead;

  /** Watches a new connection, behind TLS and before HTTP. */
  static void into(HttpConnection connection) {
    if (connection instanceof HttpClientConnection client) {
      Channel channel = client.channelHandlerContext().channel();
      ChannelPipeline pipeline = channel.pipeline();
      if (pipeline.get(CODEC) != null) {
        ConnectionWatch watch = new ConnectionWatch();
        pipeline.addBefore(CODEC, null, watch);
        channel.attr(KEY).set(watch);
      }
    }
  }

  /** The watch of a connection; null if it has none. */
  static @Nullable ConnectionWatch of(HttpConnection connection) {
    return connection instanceof HttpClientConnection client
        ? client.channelHandlerContext().channel().attr(KEY).get()
        : null;
  }

  /** A request is about to be sent; whether others were before it. */
  boolean requestBegins() {
    boolean before = used;
    used = true;
    answered = false;
    return before;
  }

  /** The peer has closed or reset the connection without a byte of an answer. */
  boolean diedUnanswered() {
    return dead && !answered;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    answered = true;
    context.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    dead = true;
    context.fireChannelInactive();
  }

  // Netty's own signature.
  @SuppressWarnings("deprecation")
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    dead |= cause instanceof IOException;
    context.fireExceptionCaught(cause);
  }
}
