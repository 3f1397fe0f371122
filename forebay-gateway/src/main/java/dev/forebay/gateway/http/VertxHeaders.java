package dev.forebay.gateway.http;

import dev.forebay.engine.Headers;
import io.vertx.core.MultiMap;
import java.util.Map;

/** Headers as Vert.x and as the engine have them. */
public final class VertxHeaders {
  private VertxHeaders() {}

  /** Headers as they came. */
  public static Headers of(MultiMap received) {
    Headers headers = new Headers();
    for (Map.Entry<String, String> header : received) {
      headers.addReceived(header.getKey(), header.getValue());
    }
    return headers;
  }

  /** Adds headers to those that are sent. */
  public static void add(Headers headers, MultiMap sent) {
    headers.forEach((name, value) -> sent.add(name, value));
  }
}
