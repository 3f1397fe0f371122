package dev.forebay.core.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Keeps what happened on one journey and prints it, one line per decision with its reason. Keeps
 * the first 64 events, more than a call with the default limits can have. Not thread-safe.
 */
public final class JourneyTrail implements JourneyListener {
  private static final int MAX_EVENTS = 64;

  private final List<JourneyEvent> events = new ArrayList<>(4);
  private long startedAtNanos;
  private String route = "";

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    startedAtNanos = journey.startedAtNanos();
    route = journey.route().name();
    if (events.size() < MAX_EVENTS) {
      events.add(event);
    }
  }

  /** What happened so far, oldest first. */
  public List<JourneyEvent> events() {
    return List.copyOf(events);
  }

  /** One line per event, each with the seconds since the start. */
  public List<String> lines() {
    return events.stream()
        .map(
            event ->
                String.format(
                    Locale.ROOT,
                    "+%.3f s %s",
                    (event.atNanos() - startedAtNanos) / 1e9,
                    event.text()))
        .toList();
  }

  @Override
  public String toString() {
    return route + "\n  " + String.join("\n  ", lines());
  }
}
