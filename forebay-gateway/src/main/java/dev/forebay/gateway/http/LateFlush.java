package dev.forebay.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Writes to a connection when all that has come to its event loop was read, rather than after each
 * request or answer. The other side is then woken once for many of them and not for each one, which
 * costs this side more than anything else that it does with a call. Where only one thing has come,
 * it goes out at once. Lives on the connection's event loop.
 */
// What comes of a close goes to its promise.
@SuppressWarnings("FutureReturnValueIgnored")
public final class LateFlush extends ChannelOutboundHandlerAdapter {
  private boolean due;

  /** Stands between the connection's socket and all that writes to it. */
  public static void into(HttpConnection connection) {
    Channel channel =
        switch (connection) {
          case HttpServerConnection server -> server.channelHandlerContext().channel();
          case HttpClientConnection client -> client.channelHandlerContext().channel();
          default -> throw new IllegalArgumentException("no channel: " + connection.getClass());
        };
    channel.pipeline().addFirst(new LateFlush());
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (!due) {
      due = true;
      context.channel().eventLoop().execute(() -> flushNow(context));
    }
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    flushNow(context);
    context.close(promise);
  }

  private void flushNow(ChannelHandlerContext context) {
    if (due) {
      due = false;
      context.flush();
    }
  }
}
