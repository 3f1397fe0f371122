package dev.forebay.gateway;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.core.ErrorInfo;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.UUID;

/** Errors in AWS's own shape, so that SDKs throw their typed exceptions. */
final class Refusals {
  private static final long MIN_RETRY_AFTER_MS = 1_000;

  private Refusals() {}

  /** An error that asking again does not mend. */
  static Future<Void> send(HttpServerResponse response, ErrorInfo error) {
    return send(response, error, Duration.ZERO);
  }

  static Future<Void> send(HttpServerResponse response, ErrorInfo error, Duration retryAfter) {
    response
        .setStatusCode(error.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HeaderRules.REQUEST_ID, requestId())
        .putHeader(HeaderRules.ERROR_TYPE, ErrorBody.errorType(error));
    addRetryAfter(response, error, retryAfter);
    return response.end(Buffer.buffer(ErrorBody.json(error)));
  }

  /**
   * Every 429 and 503 says when to come back: in seconds, rounded up, for those who read the
   * standard's header, and in milliseconds for the AWS SDKs' newer retry mode.
   */
  static void addRetryAfter(HttpServerResponse response, ErrorInfo error, Duration retryAfter) {
    if (error.status() == 429 || error.status() == 503) {
      long millis = Math.max(MIN_RETRY_AFTER_MS, retryAfter.toMillis());
      response
          .putHeader(HeaderRules.RETRY_AFTER, Long.toString((millis + 999) / 1_000))
          .putHeader(HeaderRules.RETRY_AFTER_MS, Long.toString(millis));
    }
  }

  private static String requestId() {
    return UUID.randomUUID().toString();
  }
}
