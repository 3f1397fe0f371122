package dev.forebay.gateway.live;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * Something that an operator should know now.
 *
 * @param kind such as {@code breaker}, for programs
 * @param about the route or target; empty for the whole gateway
 * @param text what is wrong
 * @param advice what to do about it
 */
record Alarm(Level level, String kind, String about, String text, String advice) {
  /** The worst first. */
  enum Level {
    CRITICAL,
    WARNING,
    INFO;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  JsonObject json() {
    return new JsonObject()
        .put("level", level.label())
        .put("kind", kind)
        .put("about", about)
        .put("text", text)
        .put("advice", advice);
  }
}
