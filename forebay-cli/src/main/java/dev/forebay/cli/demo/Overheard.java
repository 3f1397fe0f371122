package dev.forebay.cli.demo;

import dev.forebay.core.Journey;
import dev.forebay.core.JourneyEvent;
import dev.forebay.core.JourneyListener;
import java.util.ArrayList;
import java.util.List;

/** What only the gateway's own journeys tell: all attempts, and how long calls were held back. */
final class Overheard implements JourneyListener {
  private final Clock clock;
  private final long fromNanos;
  private final List<Long> admissions = new ArrayList<>();
  private long attempts;

  /**
   * Hears of calls.
   *
   * @param fromNanos calls that began before do not count
   */
  Overheard(Clock clock, long fromNanos) {
    this.clock = clock;
    this.fromNanos = fromNanos;
  }

  @Override
  public void on(Journey journey, JourneyEvent event) {
    if (event instanceof JourneyEvent.AttemptStarted started
        && clock.ofTicker(journey.startedAtNanos()) >= fromNanos) {
      count(started, started.atNanos() - journey.startedAtNanos());
    }
  }

  private synchronized void count(JourneyEvent.AttemptStarted started, long heldBack) {
    attempts++;
    if (started.attempt().number() == 1) {
      admissions.add(heldBack);
    }
  }

  synchronized long attempts() {
    return attempts;
  }

  /** From the beginning of each call until its first request was sent. */
  synchronized long[] admissions() {
    return admissions.stream().mapToLong(Long::longValue).toArray();
  }
}
