package dev.forebay.emulator;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The counters and the request log since the start or the last reset. */
final class RequestLog {
  private static final int LOG_LENGTH = 1000;

  private final RunningCounts total = new RunningCounts();
  private final Map<String, RunningCounts> models = new LinkedHashMap<>();
  private final Map<String, RunningCounts> operations = new LinkedHashMap<>();
  private final Deque<Entry> log = new ArrayDeque<>();
  private long sequence;

  /** Opens the entry of a request that has just arrived. */
  Entry open(Call call, Optional<String> model, HttpServerRequest request, Duration now) {
    RunningCounts byOperation =
        operations.computeIfAbsent(call.operation().key(), key -> new RunningCounts());
    List<RunningCounts> tallies =
        model
            .map(name -> models.computeIfAbsent(name, key -> new RunningCounts()))
            .map(byModel -> List.of(total, byModel, byOperation))
            .orElseGet(() -> List.of(total, byOperation));
    Entry entry = new Entry(tallies, sequence++, now, call, request);
    log.add(entry);
    if (log.size() > LOG_LENGTH) {
      log.remove();
    }
    return entry;
  }

  Stats snapshot(Duration now) {
    return new Stats(
        now.toMillis(),
        total.snapshot(),
        snapshot(models),
        snapshot(operations),
        log.stream().map(Entry::snapshot).toList());
  }

  Map<String, Counts> models() {
    return snapshot(models);
  }

  private static Map<String, Counts> snapshot(Map<String, RunningCounts> tallies) {
    Map<String, Counts> counts = new LinkedHashMap<>();
    tallies.forEach((name, tally) -> counts.put(name, tally.snapshot()));
    return counts;
  }
}
