package dev.forebay.gateway.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on the wire. A kept connection that the target closed or reset before the first byte
 * of an answer has most likely died while it was idle: the request is sent once more, on a
 * connection of its own, and nobody is told. It would be wrong only for a target that acts on a
 * request and then closes without a byte; RFC 9110, 9.2.2, leaves POST to those who know better,
 * and a model call has no effect but its cost. Lives on one event loop.
 */
public final class WireRequest {
  /** Who hears of it. */
  public interface Taker {
    /** Adds headers that no signature covers. */
    void name(MultiMap headers);

    /** The request is on its way: once, even if it is sent again. */
    void sent();

    /** The head of the answer is there; the taker reads the rest, and hears of its failures. */
    void responded(HttpClientResponse head);

    /**
     * No answer will come.
     *
     * @param connected whether there was a connection
     */
    void broken(Throwable cause, boolean connected);

    /** A defect of the gateway itself, or an error of the machine. */
    void defect(Throwable cause);
  }

  private static final Logger log = LoggerFactory.getLogger(WireRequest.class);

  private final Upstream upstream;
  private final RequestOptions options;
  private final MultiMap headers;
  private final Buffer body;
  private final boolean repeatable;
  private final Taker taker;

  private boolean over;
  private boolean responded;
  private boolean sent;
  private boolean reused;
  private boolean replaced;
  private @Nullable HttpClientRequest request;
  private @Nullable ConnectionWatch watch;

  /**
   * A request that is yet to be sent.
   *
   * @param repeatable whether a kept connection that is dead may be replaced
   */
  public WireRequest(
      Upstream upstream,
      RequestOptions options,
      MultiMap headers,
      Buffer body,
      boolean repeatable,
      Taker taker) {
    this.upstream = upstream;
    this.options = options;
    this.headers = headers;
    this.body = body;
    this.repeatable = repeatable;
    this.taker = taker;
  }

  public void send() {
    open(upstream.client());
  }

  /** Drops the request and its connection; the taker hears nothing more. */
  public void reset() {
    over = true;
    if (request != null) {
      request.reset();
    }
  }

  private void open(HttpClient client) {
    client
        .request(options)
        .onFailure(
            cause -> {
              if (!over) {
                over = true;
                taker.broken(cause, false);
              }
            })
        .onSuccess(this::opened);
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
    try {
      MultiMap out = opened.headers();
      headers.forEach((name, value) -> out.add(name, value));
      taker.name(out);
      opened
          .response()
          .onFailure(cause -> broken(opened, cause))
          .onSuccess(head -> responded(opened, head));
      opened.end(body);
    } catch (RuntimeException | Error e) {
      reset();
      taker.defect(e);
      return;
    }
    if (!sent) {
      sent = true;
      taker.sent();
    }
  }

  private void responded(HttpClientRequest which, HttpClientResponse head) {
    if (!over && which.equals(request)) {
      responded = true;
      taker.responded(head);
    }
  }

  private void broken(HttpClientRequest which, Throwable cause) {
    if (over || !which.equals(request)) {
      return;
    }
    ConnectionWatch seen = watch;
    if (reused && repeatable && !replaced && !responded && seen != null && seen.diedUnanswered()) {
      replaced = true;
      request = null;
      log.debug("Target {}: a kept connection was dead; opening another", upstream.name());
      open(upstream.freshClient());
    } else {
      // What was read of the answer may be enough: the taker hears of each failure.
      taker.broken(cause, true);
    }
  }
}
