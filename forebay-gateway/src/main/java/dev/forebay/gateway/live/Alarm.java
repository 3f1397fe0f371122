package dev.forebay.gateway.live;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Locale;

/**
 * Something that an operator should know now. Text and advice may name commands and keys in
 * backticks.
 *
 * @param about the route or target, or the part of the gateway
 * @param text what is wrong
 * @param advice what to do about it
 * @param affected how many calls or requests of the last minute it concerns; 0 where that is not
 *     counted
 */
record Alarm(Level level, AlarmKind kind, String about, String text, String advice, long affected) {
  /** The worst first: by level, then by what callers suffer, then by how many of them do. */
  static final Comparator<Alarm> WORST_FIRST =
      Comparator.comparing(Alarm::level)
          .thenComparing(Alarm::kind)
          .thenComparing(Alarm::affected, Comparator.reverseOrder());

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
        .put("kind", kind.label())
        .put("about", about)
        .put("text", text)
        .put("advice", advice)
        .put("banner", kind.isBanner());
  }
}
