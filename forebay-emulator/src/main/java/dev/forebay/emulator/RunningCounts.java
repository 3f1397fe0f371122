package dev.forebay.emulator;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Counters under way. */
final class RunningCounts {
  long arrived;
  long ok;
  long streamsBegun;
  long streamsCompleted;
  long streamsAborted;
  long inFlight;
  long tokensIn;
  long tokensOut;
  long throttledByQuota;
  private final Map<String, Long> errors = new TreeMap<>();

  void failed(String error) {
    errors.merge(error, 1L, Long::sum);
  }

  Counts snapshot() {
    return new Counts(
        arrived,
        ok,
        Collections.unmodifiableMap(new TreeMap<>(errors)),
        streamsBegun,
        streamsCompleted,
        streamsAborted,
        inFlight,
        tokensIn,
        tokensOut,
        throttledByQuota);
  }
}
