package dev.forebay.gateway.upstream;

import dev.forebay.engine.Transport;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.VertxHeaders;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on the wire. A kept connection that the target closed or reset before the first byte
 * of an answer has most likely died while it was idle: the request is sent once more, on a
 * connection of its own, and nothing is reported. It would be wrong only for a target that acts on
 * a request and then closes without a byte; RFC 9110, 9.2.2, allows that for POST where the client
 * knows that it is safe, and a model call has no effect but its cost. Lives on one event loop.
 */
final class WireRequest implements Transport.Control {
  private static final Logger log = LoggerFactory.getLogger(WireRequest.class);

  private final VertxTransport transport;
  private final Transport.Request what;
  private final Transport.Receiver receiver;

  private boolean over;
  private boolean sent;
  private boolean reused;
  private boolean replaced;
  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse response;
  private @Nullable ConnectionWatch watch;

  /** A request that is yet to be sent. */
  WireRequest(VertxTransport transport, Transport.Request what, Transport.Receiver receiver) {
    this.transport = transport;
    this.what = what;
    this.receiver = receiver;
  }

  void send() {
    guard(() -> open(transport.client()));
  }

  @Override
  public void cancel() {
    over = true;
    if (request != null) {
      request.reset();
    }
  }

  @Override
  public void pause() {
    if (response != null) {
      response.pause();
    }
  }

  @Override
  public void resume() {
    if (response != null) {
      response.resume();
    }
  }

  private void open(HttpClient client) {
    client
        .request(transport.options(what.method(), what.uri()))
        .onFailure(cause -> fail(cause, false))
        .onSuccess(opened -> guard(() -> opened(opened)));
  }

  /**
   * What the HTTP client throws is reported: thrown within one of its callbacks it would be lost,
   * and the call wait for the end of its time.
   */
  private void guard(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      if (!over) {
        cancel();
        receiver.defect(e);
      }
    }
  }

  private void fail(Throwable cause, boolean connected) {
    if (!over) {
      over = true;
      receiver.failed(new Transport.Failure(ConnectionFault.reason(cause), connected, cause));
    }
  }

  private void opened(HttpClientRequest opened) {
    request = opened;
    opened.exceptionHandler(cause -> broken(opened, cause));
    if (over) {
      opened.reset();
      return;
    }
    ConnectionWatch seen = ConnectionWatch.of(opened.connection());
    watch = seen;
    reused = seen != null && seen.requestBegins();
    VertxHeaders.add(what.headers(), opened.headers());
    opened
        .response()
        .onFailure(cause -> broken(opened, cause))
        .onSuccess(head -> guard(() -> responded(opened, head)));
    opened.end(Bytes.buffer(what.body()));
    if (!sent) {
      sent = true;
      receiver.sent();
    }
  }

  private void responded(HttpClientRequest which, HttpClientResponse head) {
    if (over || !which.equals(request)) {
      return;
    }
    response = head;
    head.exceptionHandler(cause -> broken(which, cause));
    head.handler(
        bytes -> {
          if (!over) {
            receiver.piece(Bytes.view(bytes));
          }
        });
    head.endHandler(
        end -> {
          if (!over) {
            over = true;
            receiver.end();
          }
        });
    receiver.head(new Transport.Head(head.statusCode(), VertxHeaders.of(head.headers())));
  }

  private void broken(HttpClientRequest which, Throwable cause) {
    if (over || !which.equals(request)) {
      return;
    }
    ConnectionWatch seen = watch;
    if (reused
        && what.repeatable()
        && !replaced
        && response == null
        && seen != null
        && seen.diedUnanswered()
        && !transport.isClosed()) {
      replaced = true;
      request = null;
      log.debug("Target {}: a kept connection was dead; opening another", transport.name());
      guard(() -> open(transport.freshClient()));
    } else {
      fail(cause, true);
    }
  }
}
