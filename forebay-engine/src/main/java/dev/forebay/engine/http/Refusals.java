package dev.forebay.engine.http;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.journey.RetryAfter;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.WallClock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/** Errors in AWS's own shape, so that SDKs throw their typed exceptions. */
public final class Refusals {
  /** For a call that met a defect of Forebay. */
  public static final ErrorInfo DEFECT =
      new ErrorInfo(
          500, "InternalServerException", "An internal error occurred; see Forebay's log.");

  public static final ErrorInfo DRAINING =
      new ErrorInfo(503, "ServiceUnavailableException", "Forebay is shutting down.");

  /** For a call that cannot be held in memory beside the others. */
  public static final ErrorInfo NO_ROOM =
      new ErrorInfo(
          503,
          "ServiceUnavailableException",
          "The memory limit for requests and answers is reached.");

  /** For a call that could not be begun within half of its deadline. */
  public static final ErrorInfo BUSY =
      new ErrorInfo(503, "ServiceUnavailableException", "Too many calls are waiting to begin.");

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private Refusals() {}

  /** The error as an answer. */
  public static Reply reply(ErrorInfo error, Duration retryAfter) {
    Headers headers =
        new Headers()
            .add(Headers.CONTENT_TYPE, "application/json")
            .add(HeaderRules.REQUEST_ID, requestId())
            .add(HeaderRules.ERROR_TYPE, ErrorBody.errorType(error));
    addRetryAfter(headers, error, retryAfter);
    if (error.status() == 403) {
      // SDKs whose clock is wrong correct it by this and sign again.
      headers.set(Headers.DATE, HTTP_DATE.format(WallClock.now()));
    }
    return new Reply(error.status(), headers, ErrorBody.json(error));
  }

  /**
   * Every 429 and 503 says when to come back: in seconds, rounded up, for clients that read the
   * standard's header, and in milliseconds for the AWS SDKs' newer retry mode.
   */
  public static void addRetryAfter(Headers headers, ErrorInfo error, Duration retryAfter) {
    if (error.status() == 429 || error.status() == 503) {
      long millis = Math.max(RetryAfter.SHORTEST.toMillis(), retryAfter.toMillis());
      headers
          .set(HeaderRules.RETRY_AFTER, Long.toString((millis + 999) / 1_000))
          .set(HeaderRules.RETRY_AFTER_MS, Long.toString(millis));
    }
  }

  private static String requestId() {
    return UUID.randomUUID().toString();
  }
}
