package dev.forebay.core.telemetry;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** How much telemetry was given up, by where it should have gone. Thread-safe. */
public final class DroppedTelemetry {
  private final ConcurrentMap<String, LongAdder> lost = new ConcurrentHashMap<>();

  public void add(String destination, long count) {
    lost.computeIfAbsent(destination, first -> new LongAdder()).add(count);
  }

  /** So much, so far. */
  public long of(String destination) {
    LongAdder sum = lost.get(destination);
    return sum == null ? 0 : sum.sum();
  }

  /** So much, so far, by destination. */
  public Map<String, Long> all() {
    Map<String, Long> sums = new TreeMap<>();
    lost.forEach((destination, sum) -> sums.put(destination, sum.sum()));
    return sums;
  }
}
