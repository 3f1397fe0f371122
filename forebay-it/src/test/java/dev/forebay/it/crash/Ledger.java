package dev.forebay.it.crash;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What processes said of their jobs before they were killed. Thread-safe. */
final class Ledger {
  /** Whole ids only: a line may have been cut off by the kill. */
  private static final Pattern LINE =
      Pattern.compile("(ack|ran|done) ([0-9A-Z]{26})(?: (\\S+-\\d+))?");

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Map<String, String> stored = new ConcurrentHashMap<>();
  private final AtomicInteger executions = new AtomicInteger();
  private final Set<String> storedTwice = ConcurrentHashMap.newKeySet();

  void heard(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return;
    }
    String id = matcher.group(2);
    switch (matcher.group(1)) {
      case "ack" -> acknowledged.add(id);
      case "ran" -> executions.incrementAndGet();
      default -> {
        String token = matcher.group(3);
        if (token != null && stored.putIfAbsent(id, token) != null) {
          storedTwice.add(id);
        }
      }
    }
  }

  Set<String> acknowledged() {
    return acknowledged;
  }

  /** The results whose storing was acknowledged, by job. */
  Map<String, String> stored() {
    return stored;
  }

  Set<String> storedTwice() {
    return storedTwice;
  }

  int executions() {
    return executions.get();
  }
}
