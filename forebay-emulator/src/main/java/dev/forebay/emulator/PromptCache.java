package dev.forebay.emulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One model's prompt cache: the beginnings of requests that end in a cache mark, each kept for five
 * minutes after its last use. Beginnings that are too short are not kept, without an error, as the
 * service does it. Confined to one event loop.
 */
final class PromptCache {
  /** Of several models' own minimum the smallest. */
  static final int MIN_TOKENS = 1_024;

  static final Duration KEPT = Duration.ofMinutes(5);
  private static final int BYTES_PER_TOKEN = 4;
  private static final int MOST = 10_000;

  /** What a request reads from the cache and writes to it, in tokens. */
  record Use(int read, int write) {
    static final Use NONE = new Use(0, 0);
  }

  /** A beginning that ends in a mark. */
  private record Mark(long hash, int tokens) {}

  private final Map<Long, Duration> kept = new LinkedHashMap<>();

  /** What the request finds there; what it writes is there for the next one. */
  Use use(JsonNode body, Duration now) {
    List<Mark> marks = new Walk().marks(body);
    int read = 0;
    int all = 0;
    for (Mark mark : marks) {
      if (mark.tokens >= MIN_TOKENS) {
        Duration until = kept.get(mark.hash);
        if (until != null && until.compareTo(now) > 0) {
          read = mark.tokens;
        }
        all = mark.tokens;
        keep(mark.hash, now.plus(KEPT));
      }
    }
    return all == 0 ? Use.NONE : new Use(read, all - read);
  }

  private void keep(long hash, Duration until) {
    kept.remove(hash);
    kept.put(hash, until);
    if (kept.size() > MOST) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  /** Reads a request in the order in which the service does: tools, system, messages. */
  private static final class Walk {
    private static final List<String> ORDER = List.of("toolConfig", "tools", "system", "messages");

    private final List<Mark> marks = new ArrayList<>();
    private long hash = 1;
    private long bytes;

    List<Mark> marks(JsonNode body) {
      ORDER.forEach(key -> walk(body.path(key)));
      return marks;
    }

    private void walk(JsonNode node) {
      if (node.isObject()) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          if (!field.getKey().equals("cachePoint") && !field.getKey().equals("cache_control")) {
            add(field.getKey(), 0);
            walk(field.getValue());
          }
        }
        if (node.path("cachePoint").isObject() || node.path("cache_control").isObject()) {
          marks.add(new Mark(hash, (int) ((bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN)));
        }
      } else if (node.isArray()) {
        node.values().forEach(this::walk);
      } else {
        add(node.asString(""), node.isString() ? 1 : 0);
      }
    }

    private void add(String text, int counted) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      for (byte each : utf8) {
        hash = hash * 0x100000001b3L + each + 1;
      }
      bytes += (long) counted * utf8.length;
    }
  }
}
