package dev.forebay.gateway.live;

import io.vertx.core.json.JsonObject;

/**
 * Something that changed for more than one call.
 *
 * @param id grows from one to the next
 * @param atMillis since 1970
 * @param kind such as {@code breaker}, for programs
 * @param about the route or target; empty for the whole gateway
 * @param text for people
 */
record Event(long id, long atMillis, String kind, String level, String about, String text) {
  JsonObject json() {
    return new JsonObject()
        .put("id", id)
        .put("at", atMillis)
        .put("kind", kind)
        .put("level", level)
        .put("about", about)
        .put("text", text);
  }
}
