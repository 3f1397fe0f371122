package dev.forebay.gateway.live;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callers with too short timeouts or retries of their own, by route: they leave before they have
 * got any content, although the call's time is not over, or they send again what the gateway has
 * retried already. Counted for the last minute and in total, and logged once a minute. Counting is
 * lock-free; the rest is the sampler's.
 */
public final class CallerHabits {
  private static final Logger log = LoggerFactory.getLogger(CallerHabits.class);
  private static final int SECONDS = 60;
  private static final int LEFT = 0;
  private static final int REPEATED = 1;

  /** Of one route. */
  private static final class Entry {
    private final Meter meter = new Meter(2, SECONDS, 1);
    private final LineLimit leftLines;
    private final LineLimit repeatedLines;
    private volatile long lastLeftAfterNanos;

    Entry(long nowNanos) {
      leftLines = new LineLimit(nowNanos);
      repeatedLines = new LineLimit(nowNanos);
    }
  }

  /**
   * Of one route in the last minute.
   *
   * @param left callers that left before any content
   * @param leftAfter how long the last one of them had waited
   * @param repeated calls that their callers had sent before
   */
  record Seen(String route, long left, Duration leftAfter, long repeated) {}

  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

  private Entry entry(String route, long nowNanos) {
    Entry known = entries.get(route);
    return known != null ? known : entries.computeIfAbsent(route, any -> new Entry(nowNanos));
  }

  void left(String route, long afterNanos, long nowNanos) {
    Entry entry = entry(route, nowNanos);
    entry.lastLeftAfterNanos = afterNanos;
    entry.meter.add(LEFT, 1);
    long suppressed = entry.leftLines.take(nowNanos);
    if (suppressed != LineLimit.SUPPRESSED) {
      log.atWarn()
          .addKeyValue("suppressed", suppressed)
          .log(
              "Route {}: a caller left after {} ms, before any content; raise its read timeout"
                  + " above the route's deadline, see docs/clients.md",
              route,
              Duration.ofNanos(afterNanos).toMillis());
    }
  }

  void repeated(String route, long nowNanos) {
    Entry entry = entry(route, nowNanos);
    entry.meter.add(REPEATED, 1);
    long suppressed = entry.repeatedLines.take(nowNanos);
    if (suppressed != LineLimit.SUPPRESSED) {
      log.atWarn()
          .addKeyValue("suppressed", suppressed)
          .log(
              "Route {}: a caller retries what the gateway has retried already; switch the"
                  + " client's retries off, see docs/clients.md",
              route);
    }
  }

  void tick() {
    entries.values().forEach(entry -> entry.meter.tick());
  }

  void keepOnly(Collection<String> routes) {
    entries.keySet().retainAll(routes);
  }

  /** Routes that had such callers in the last minute, by name. */
  List<Seen> lastMinute() {
    return entries.entrySet().stream()
        .map(
            entry ->
                new Seen(
                    entry.getKey(),
                    entry.getValue().meter.lately(LEFT),
                    Duration.ofNanos(entry.getValue().lastLeftAfterNanos),
                    entry.getValue().meter.lately(REPEATED)))
        .filter(seen -> seen.left > 0 || seen.repeated > 0)
        .sorted(Comparator.comparing(Seen::route))
        .toList();
  }

  /** Callers that left before any content, by route, since the start. */
  public Map<String, Long> left() {
    return totals(LEFT);
  }

  /** Calls that their callers had sent before, by route, since the start. */
  public Map<String, Long> repeated() {
    return totals(REPEATED);
  }

  private Map<String, Long> totals(int kind) {
    Map<String, Long> totals = new TreeMap<>();
    entries.forEach((route, entry) -> totals.put(route, entry.meter.total(kind)));
    return totals;
  }
}
