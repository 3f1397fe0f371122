package dev.forebay.gateway.http;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Ticker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection whose client does not get done with the head of a request: however steadily it
 * sends a byte now and then, the head has 10 s from its first byte, and the first one from the
 * connection's beginning. On HTTP/2 that counts for the first request only, as frames of others may
 * come in between. Between two requests it keeps a connection for 75 s. Lives on the connection's
 * event loop.
 */
// What comes of a timer or a close is seen when the connection is looked at again, or gone.
@SuppressWarnings("FutureReturnValueIgnored")
final class HeaderReadTimeout extends ChannelInboundHandlerAdapter {
  static final Duration HEAD_TIME = Duration.ofSeconds(10);

  /** How long a connection is kept for the next request; SDKs give theirs up after a minute. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(75);

  private static final Duration CHECK = Duration.ofSeconds(1);

  /** The first byte of what follows is what a TLS record or the preface of HTTP/2 begins with. */
  private static final int TLS_HANDSHAKE = 0x16;

  private static final byte[] TOO_SLOW = tooSlow();

  private enum State {
    /** Nothing of the next head has come. */
    QUIET,
    HEAD,
    REQUEST,
    /** HTTP/2, on which requests overlap. */
    MANY
  }

  private final Ticker ticker;
  private State state = State.HEAD;
  private boolean plain;
  private boolean seen;
  private long sinceNanos;

  HeaderReadTimeout(Ticker ticker) {
    this.ticker = ticker;
    this.sinceNanos = ticker.nanos();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    checkLater(context);
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    if (!seen && bytes instanceof ByteBuf first && first.isReadable()) {
      seen = true;
      byte begin = first.getByte(first.readerIndex());
      plain = begin != TLS_HANDSHAKE;
      StrictRequestDecoder.whenPlain(context.pipeline());
    }
    if (state == State.QUIET) {
      state = State.HEAD;
      sinceNanos = ticker.nanos();
    }
    context.fireChannelRead(bytes);
  }

  void requestBegins(boolean http2) {
    state = http2 ? State.MANY : State.REQUEST;
  }

  void requestEnds() {
    if (state == State.REQUEST) {
      state = State.QUIET;
      sinceNanos = ticker.nanos();
    }
  }

  private void checkLater(ChannelHandlerContext context) {
    context.executor().schedule(() -> check(context), CHECK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void check(ChannelHandlerContext context) {
    if (!context.channel().isActive() || state == State.MANY) {
      return;
    }
    long passed = ticker.nanos() - sinceNanos;
    if (state == State.HEAD && passed > HEAD_TIME.toNanos()) {
      giveUp(context);
    } else if (state == State.QUIET && passed > KEEP_ALIVE.toNanos()) {
      context.close();
    } else {
      checkLater(context);
    }
  }

  /** No answer if nothing was sent, or if the bytes are TLS. */
  private void giveUp(ChannelHandlerContext context) {
    if (plain) {
      context
          .writeAndFlush(Unpooled.wrappedBuffer(TOO_SLOW))
          .addListener(ChannelFutureListener.CLOSE);
    } else {
      context.close();
    }
  }

  private static byte[] tooSlow() {
    ErrorInfo error =
        new ErrorInfo(
            408,
            "RequestTimeoutException",
            "The request's head did not arrive within %d s.".formatted(HEAD_TIME.toSeconds()));
    String body = new String(ErrorBody.json(error), StandardCharsets.UTF_8);
    return """
    HTTP/1.1 408 Request Timeout\r
    content-type: application/json\r
    x-amzn-errortype: RequestTimeoutException\r
    content-length: %d\r
    connection: close\r
    \r
    %s"""
        .formatted(body.length(), body)
        .getBytes(StandardCharsets.UTF_8);
  }
}
