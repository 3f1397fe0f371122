package dev.forebay.emulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects a request's body up to a limit; what is longer is read to its end and dropped. */
final class Body {
  private final int limit;
  private @Nullable Buffer collected = Buffer.buffer();

  private Body(int limit) {
    this.limit = limit;
  }

  /** Hands over the whole body, or null if it was too long. */
  static void read(HttpServerRequest request, int limit, Consumer<@Nullable Buffer> whole) {
    Body body = new Body(limit);
    request.handler(body::add);
    request.endHandler(ended -> whole.accept(body.collected));
  }

  private void add(Buffer part) {
    if (collected != null) {
      collected = collected.length() + part.length() > limit ? null : collected.appendBuffer(part);
    }
  }
}
