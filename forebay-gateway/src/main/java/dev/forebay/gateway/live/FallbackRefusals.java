package dev.forebay.gateway.live;

import dev.forebay.core.Outcome;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refusals of a route's calls by targets that serve another model than the one asked for: counted
 * for the last minute, and logged once a minute for each route and target. Counting is lock-free;
 * the rest is the sampler's.
 */
final class FallbackRefusals {
  private static final Logger log = LoggerFactory.getLogger(FallbackRefusals.class);
  private static final int SECONDS = 60;

  private record Key(String route, String target) {}

  /** Of one route by one target. */
  private static final class Entry {
    private final Meter meter = new Meter(1, SECONDS, 1);
    private final LineLimit lines;
    private volatile String reason = "";

    Entry(long nowNanos) {
      lines = new LineLimit(nowNanos);
    }
  }

  /**
   * What a target refused of a route in the last minute.
   *
   * @param reason of the last one, in words that may be shown
   */
  record Seen(String route, String target, long refusals, String reason) {}

  private final ConcurrentMap<Key, Entry> entries = new ConcurrentHashMap<>();

  void refused(String route, String target, Outcome outcome, long nowNanos) {
    Entry entry = entries.computeIfAbsent(new Key(route, target), key -> new Entry(nowNanos));
    String reason = reason(outcome);
    entry.reason = reason;
    entry.meter.add(0, 1);
    long suppressed = entry.lines.take(nowNanos);
    if (suppressed != LineLimit.SUPPRESSED) {
      log.atWarn()
          .addKeyValue("suppressed", suppressed)
          .log("fallback {} refuses calls of route {}: {}", target, route, reason);
    }
  }

  private static String reason(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Rejected rejected -> rejected.reason();
      case Outcome.Failure failure -> failure.error().label();
      default -> outcome.label();
    };
  }

  void tick() {
    entries.values().forEach(entry -> entry.meter.tick());
  }

  void keepOnly(Collection<String> targets, Collection<String> routes) {
    entries.keySet().removeIf(key -> !targets.contains(key.target) || !routes.contains(key.route));
  }

  /** Those of the last minute, by name. */
  List<Seen> lastMinute() {
    return entries.entrySet().stream()
        .map(
            entry ->
                new Seen(
                    entry.getKey().route,
                    entry.getKey().target,
                    entry.getValue().meter.lately(0),
                    entry.getValue().reason))
        .filter(seen -> seen.refusals > 0)
        .sorted(Comparator.comparing(Seen::route).thenComparing(Seen::target))
        .toList();
  }
}
