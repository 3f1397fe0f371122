package dev.forebay.gateway.http;

import dev.forebay.core.ErrorInfo;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is no HTTP request, or one with too large a head, and closes the connection: where
 * the next request would begin is not certain.
 */
public final class MalformedRequests {
  public static final int MAX_LINE_BYTES = 8 * 1024;
  public static final int MAX_HEADER_BYTES = 32 * 1024;

  private static final ErrorInfo UNSUPPORTED_VERSION =
      new ErrorInfo(
          505,
          "UnsupportedHttpVersionException",
          "This gateway speaks HTTP/1.0, HTTP/1.1 and HTTP/2.");

  private MalformedRequests() {}

  public static void answer(HttpServerRequest request) {
    DecoderResult result = request.decoderResult();
    Throwable cause = result == null ? null : result.cause();
    if (cause instanceof PrematureChannelClosureException) {
      request.connection().close();
      return;
    }
    refuse(request, error(cause));
  }

  /** Answers a request of a version of HTTP/1 that this gateway does not speak. */
  public static void refuseVersion(HttpServerRequest request) {
    refuse(request, UNSUPPORTED_VERSION);
  }

  private static void refuse(HttpServerRequest request, ErrorInfo error) {
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    ErrorResponses.send(request.response(), error).onComplete(sent -> request.connection().close());
  }

  private static ErrorInfo error(@Nullable Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException e ->
          refusal(414, "The request line is longer than %,d bytes.".formatted(MAX_LINE_BYTES));
      case TooLongHttpHeaderException e ->
          refusal(431, "The headers are larger than %,d bytes.".formatted(MAX_HEADER_BYTES));
      case StrictRequestDecoder.UnsupportedVersion e -> UNSUPPORTED_VERSION;
      case StrictRequestDecoder.FoldedHeader e ->
          refusal(400, "Headers must not be folded over several lines.");
      case null, default -> refusal(400, "This is no HTTP request that could be read.");
    };
  }

  private static ErrorInfo refusal(int status, String message) {
    return new ErrorInfo(status, "ValidationException", message);
  }
}
