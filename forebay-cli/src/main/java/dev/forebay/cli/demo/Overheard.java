package dev.forebay.cli.demo;

import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.TargetModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What only the gateway's own journeys show: all attempts, how long calls were held back, and what
 * queued ones cost.
 */
final class Overheard implements JourneyListener {
  /** No direct call may take so long: such a call comes from the queue. */
  private static final Duration LATER = Duration.ofHours(1);

  private final Clock clock;
  private final Scenario scenario;
  private final long fromNanos;
  private final List<Long> admissions = new ArrayList<>();
  private long attempts;
  private double laterCost;

  /**
   * Receives the events of calls.
   *
   * @param fromNanos calls that began before do not count
   */
  Overheard(Clock clock, long fromNanos, Scenario scenario) {
    this.clock = clock;
    this.scenario = scenario;
    this.fromNanos = fromNanos;
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    if (journey.call().patience().compareTo(LATER) > 0) {
      if (event instanceof JourneyEvent.Answered answered
          && clock.ofTicker(journey.startedAtNanos()) >= fromNanos) {
        countLater(answered);
      }
    } else if (event instanceof JourneyEvent.AttemptStarted started
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

  private synchronized void countLater(JourneyEvent.Answered answered) {
    TargetModel target =
        Objects.requireNonNull(scenario.targets().get(answered.answer().target().name()));
    laterCost += target.quota().settled(answered.usage().input(), answered.usage().output());
  }

  /** What queued calls have cost so far. */
  synchronized double laterCost() {
    return laterCost;
  }

  synchronized long attempts() {
    return attempts;
  }

  /** From the beginning of each call until its first request was sent. */
  synchronized long[] admissions() {
    return admissions.stream().mapToLong(Long::longValue).toArray();
  }
}
