package dev.forebay.emulator;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Map;

/** One request's side of its connection, with abrupt ends below HTTP. */
// What comes of a write or a close is reported through onGone.
@SuppressWarnings("FutureReturnValueIgnored")
final class Wire {
  /** HTTP/2 INTERNAL_ERROR. */
  private static final long RESET_CODE = 2;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Timeline timeline;

  Wire(HttpServerRequest request, Timeline timeline) {
    this.request = request;
    this.response = request.response();
    this.timeline = timeline;
  }

  /** Calls it once or more when the client has gone, or the response has ended. */
  void onGone(Runnable gone) {
    request.exceptionHandler(failure -> gone.run());
    response.exceptionHandler(failure -> gone.run());
    response.closeHandler(closed -> gone.run());
  }

  boolean full() {
    return response.writeQueueFull();
  }

  void onDrain(Runnable drained) {
    response.drainHandler(ignored -> drained.run());
  }

  void head(int status, Map<String, String> headers) {
    start(status, headers);
    if (!headers.containsKey("Content-Length")) {
      response.setChunked(true);
    }
    response.writeHead();
  }

  void whole(int status, Map<String, String> headers, Buffer body) {
    start(status, headers);
    response.end(body);
  }

  void write(Buffer bytes) {
    response.write(bytes);
  }

  void end() {
    response.end();
  }

  /** Closes the connection without an orderly shutdown, after what was written has left. */
  void close() {
    ChannelHandlerContext head = head();
    head.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> head.channel().close());
  }

  /** A TCP reset, or over HTTP/2 a reset of the stream alone. */
  void abort() {
    if (request.version() == HttpVersion.HTTP_2) {
      response.reset(RESET_CODE);
      return;
    }
    Channel channel = head().channel();
    // With a linger time of zero, close sends RST in place of FIN.
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.close();
  }

  /** Writes past the HTTP codec. */
  void raw(Buffer bytes) {
    head().writeAndFlush(Unpooled.wrappedBuffer(bytes.getBytes()));
  }

  private void start(int status, Map<String, String> headers) {
    response.setStatusCode(status);
    response.putHeader("Date", timeline.httpDate());
    headers.forEach(response::putHeader);
  }

  private ChannelHandlerContext head() {
    HttpServerConnection connection = (HttpServerConnection) request.connection();
    return connection.channelHandlerContext().pipeline().firstContext();
  }
}
