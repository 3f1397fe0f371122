package dev.forebay.gateway;

import dev.forebay.core.ErrorInfo;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * Reads a request's body to its end, within a limit of bytes and of silence. A body that is too
 * large is still read, and thrown away, up to a multiple of the limit: a client that is busy
 * sending would not see the answer otherwise.
 */
final class BodyIntake {
  /** What Bedrock takes. */
  static final int MAX_BODY_BYTES = 25_000_000;

  private static final long MAX_DISCARDED_BYTES = 4L * MAX_BODY_BYTES;

  /** A sender that is silent this long in the middle of its body has gone or is up to no good. */
  private static final long MAX_SILENCE_MS = 10_000;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Handler<Buffer> whole;
  private Buffer body = Buffer.buffer();
  private long received;
  private long lastReceived = -1;
  private long timer;
  private boolean over;

  private BodyIntake(Vertx vertx, HttpServerRequest request, Handler<Buffer> whole) {
    this.vertx = vertx;
    this.request = request;
    this.whole = whole;
  }

  /** Hands the whole body on, or answers with the error by itself. */
  static void read(Vertx vertx, HttpServerRequest request, Handler<Buffer> whole) {
    new BodyIntake(vertx, request, whole).start();
  }

  private void start() {
    timer = vertx.setPeriodic(MAX_SILENCE_MS / 2, id -> checkSilence());
    request.handler(this::chunk);
    request.endHandler(end -> end());
    request.exceptionHandler(broken -> stop());
    if (announced() > MAX_DISCARDED_BYTES) {
      refuseAndClose(tooLarge());
    }
  }

  private void chunk(Buffer bytes) {
    received += bytes.length();
    if (received > MAX_DISCARDED_BYTES) {
      refuseAndClose(tooLarge());
    } else if (received > MAX_BODY_BYTES || announced() > MAX_BODY_BYTES) {
      body = Buffer.buffer();
    } else {
      body.appendBuffer(bytes);
    }
  }

  private void end() {
    if (over) {
      return;
    }
    stop();
    if (received > MAX_BODY_BYTES) {
      Refusals.send(request.response(), tooLarge());
    } else {
      whole.handle(body);
    }
  }

  private void checkSilence() {
    if (received == lastReceived) {
      refuseAndClose(
          new ErrorInfo(
              408,
              "RequestTimeoutException",
              "The request's body did not arrive: %d bytes came, then nothing for %d s."
                  .formatted(received, MAX_SILENCE_MS / 2_000)));
    }
    lastReceived = received;
  }

  private void refuseAndClose(ErrorInfo error) {
    if (!over) {
      stop();
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      Refusals.send(request.response(), error).onComplete(sent -> request.connection().close());
    }
  }

  private void stop() {
    over = true;
    vertx.cancelTimer(timer);
  }

  private long announced() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  private static ErrorInfo tooLarge() {
    return new ErrorInfo(
        400,
        "ValidationException",
        "The request's body is larger than %,d bytes.".formatted(MAX_BODY_BYTES));
  }
}
