package dev.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import io.vertx.core.http.impl.tcp.Http1xOrH2CHandler;
import java.util.List;

/**
 * Refuses what Netty's decoder lets pass: folded headers, which it joins (two parsers may see two
 * heads), whitespace before the first header, and versions other than HTTP/1.0 and HTTP/1.1. What
 * follows on the connection is not read. Lives on the connection's event loop.
 */
public final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  private static final String DECODER = "httpDecoder";

  /** A line of a head or of trailers begins with whitespace. */
  static final class FoldedHeader extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private FoldedHeader() {
      super("a folded header", null, false, false);
    }
  }

  /** Neither HTTP/1.0 nor HTTP/1.1. */
  static final class UnsupportedVersion extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private UnsupportedVersion() {
      super("an unsupported version of HTTP", null, false, false);
    }
  }

  private boolean inHead = true;
  private boolean lineBegins;
  private boolean folded;
  private boolean refused;

  private StrictRequestDecoder() {
    super(
        new Http1ServerConfig()
            .setMaxInitialLineLength(MalformedRequests.MAX_LINE_BYTES)
            .setMaxHeaderSize(MalformedRequests.MAX_HEADER_BYTES));
  }

  /**
   * Decodes the connection's requests, of which nothing has been decoded yet: over TLS, where the
   * pipeline is made when the handshake has ended.
   */
  public static void into(HttpConnection connection) {
    ChannelPipeline pipeline =
        ((HttpServerConnection) connection).channelHandlerContext().channel().pipeline();
    if (pipeline.get(SslHandler.class) != null) {
      into(pipeline);
    }
  }

  /**
   * Decodes the requests of a connection in plaintext as soon as its first bytes have shown that it
   * does not speak HTTP/2, before the first of them is decoded.
   */
  static void whenPlain(ChannelPipeline pipeline) {
    ChannelHandlerContext detector = pipeline.context(Http1xOrH2CHandler.class);
    if (detector != null) {
      pipeline.addAfter(detector.name(), null, new Swap());
    }
  }

  private static void into(ChannelPipeline pipeline) {
    if (pipeline.get(DECODER) instanceof VertxHttpRequestDecoder lenient
        && !(lenient instanceof StrictRequestDecoder)) {
      pipeline.replace(lenient, DECODER, new StrictRequestDecoder());
    }
  }

  /** Stands between the detector of HTTP/2 and the decoder that this one puts in place. */
  private static final class Swap extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      into(context.pipeline());
      context.fireChannelRead(bytes);
      context.pipeline().remove(this);
    }
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    String version = initialLine[2];
    if (version.equals("HTTP/1.1") || version.equals("HTTP/1.0")) {
      return super.createMessage(initialLine);
    }
    throw isVersion(version)
        ? new UnsupportedVersion()
        : new IllegalArgumentException("no version of HTTP");
  }

  /** Stands for a request whose first line cannot be read, and is answered in HTTP/1.1. */
  @Override
  protected HttpMessage createInvalidMessage() {
    return new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request");
  }

  private static boolean isVersion(String text) {
    return text.length() == 8
        && text.startsWith("HTTP/")
        && isDigit(text.charAt(5))
        && text.charAt(6) == '.'
        && isDigit(text.charAt(7));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (refused) {
      buffer.skipBytes(buffer.readableBytes());
      return;
    }
    int from = buffer.readerIndex();
    int before = out.size();
    super.decode(context, buffer, out);
    if (inHead || !hasContent(out, before)) {
      folded |= hasFold(buffer, from, buffer.readerIndex());
    }
    for (int i = before; i < out.size(); i++) {
      decoded(out, i);
    }
  }

  /** Whether the bytes are a part of a body, not of a head, a chunk's frame or trailers. */
  private static boolean hasContent(List<Object> out, int from) {
    for (int i = from; i < out.size(); i++) {
      if (out.get(i) instanceof HttpContent content && content.content().isReadable()) {
        return true;
      }
    }
    return false;
  }

  private void decoded(List<Object> out, int index) {
    Object part = out.get(index);
    if (part instanceof HttpMessage head) {
      inHead = false;
      if (folded && head.decoderResult().isSuccess()) {
        refused = true;
        head.setDecoderResult(DecoderResult.failure(new FoldedHeader()));
      }
    }
    if (part instanceof LastHttpContent last) {
      if (folded && !refused && last.decoderResult().isSuccess()) {
        refused = true;
        LastHttpContent failed = new DefaultLastHttpContent(last.content());
        failed.setDecoderResult(DecoderResult.failure(new FoldedHeader()));
        out.set(index, failed);
      }
      inHead = true;
      lineBegins = false;
      folded = false;
    }
  }

  private boolean hasFold(ByteBuf buffer, int from, int to) {
    boolean fold = false;
    int at = from;
    while (at < to) {
      if (lineBegins) {
        byte first = buffer.getByte(at);
        fold |= first == ' ' || first == '\t';
      }
      int end = buffer.indexOf(at, to, (byte) '\n');
      lineBegins = end >= 0;
      at = lineBegins ? end + 1 : to;
    }
    return fold;
  }
}
