package dev.forebay.gateway;

import dev.forebay.core.Step.Source;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** The response to one HTTP request. */
final class HttpOutlet implements Outlet {
  private final HttpServerResponse response;
  private boolean begun;

  HttpOutlet(HttpServerResponse response) {
    this.response = response;
  }

  @Override
  public void whenGone(Runnable action) {
    response.closeHandler(closed -> action.run());
    response.exceptionHandler(broken -> action.run());
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public Future<Void> whole(Reply reply, @Nullable Source source) {
    response.setStatusCode(reply.status()).headers().addAll(reply.headers());
    return response.end(reply.body());
  }

  @Override
  public void begin(MultiMap headers, Source source) {
    begun = true;
    response.setStatusCode(200).setChunked(true).headers().addAll(headers);
  }

  @Override
  public boolean write(Buffer frames) {
    response.write(frames);
    return response.writeQueueFull();
  }

  /** Whether the caller has not taken yet what was sent. */
  boolean isFull() {
    return response.writeQueueFull();
  }

  @Override
  public void whenDrained(Runnable action) {
    response.drainHandler(drained -> action.run());
  }

  @Override
  public Future<Void> end(Buffer last, boolean complete) {
    return last.length() == 0 ? response.end() : response.end(last);
  }
}
