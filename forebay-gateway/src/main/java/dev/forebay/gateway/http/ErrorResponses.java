package dev.forebay.gateway.http;

import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.http.Refusals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/** Sends errors that are no answer of a call's journey. */
public final class ErrorResponses {
  private ErrorResponses() {}

  /** Sends an error without saying when to ask again. */
  public static Future<Void> send(HttpServerResponse response, ErrorInfo error) {
    return send(response, error, Duration.ZERO);
  }

  /**
   * Sends an error.
   *
   * @return completes when the last byte is out or the caller has left
   */
  public static Future<Void> send(
      HttpServerResponse response, ErrorInfo error, Duration retryAfter) {
    Promise<Void> sent = Promise.promise();
    new HttpResponseSink(response).whole(Refusals.reply(error, retryAfter), null, sent::complete);
    return sent.future();
  }
}
