package dev.forebay.gateway.live;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Map;

/** The last five minutes, a {@link Sample} each second. Not thread-safe. */
final class History {
  private static final int KEPT = 300;

  private final ArrayDeque<Sample> samples = new ArrayDeque<>(KEPT);

  void add(Sample sample) {
    if (samples.size() == KEPT) {
      samples.removeFirst();
    }
    samples.addLast(sample);
  }

  /** A column for each value, oldest first. */
  JsonObject json() {
    JsonObject columns = new JsonObject();
    for (Sample sample : samples) {
      for (Map.Entry<String, Object> value : sample.json()) {
        JsonArray column = columns.getJsonArray(value.getKey());
        if (column == null) {
          column = new JsonArray();
          columns.put(value.getKey(), column);
        }
        column.add(value.getValue());
      }
    }
    return columns;
  }

  /** The last one; empty before the first. */
  JsonObject lastJson() {
    Sample sample = samples.peekLast();
    return sample == null ? new JsonObject() : sample.json();
  }

  /**
   * One second.
   *
   * @param json every sample has the same keys
   */
  record Sample(JsonObject json) {}
}
