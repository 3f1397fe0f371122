package dev.forebay.testkit;

import dev.forebay.core.Ticker;
import java.time.Duration;
import java.util.PriorityQueue;

/**
 * A clock that stands still until it is moved, and runs what was scheduled on its way. Events of
 * the same moment run in the order in which they were scheduled. Not thread-safe.
 */
public final class VirtualTime implements Ticker {
  private record Event(long atNanos, long sequence, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowNanos;
  private long sequence;

  @Override
  public long nanos() {
    return nowNanos;
  }

  /** Runs the action at that time, or at once if it has passed. */
  public void at(long nanos, Runnable action) {
    events.add(new Event(Math.max(nanos, nowNanos), sequence++, action));
  }

  /** Runs the action that much later. */
  public void after(Duration delay, Runnable action) {
    at(nowNanos + delay.toNanos(), action);
  }

  /** Moves on, running all that is due. */
  public void advance(Duration by) {
    long until = nowNanos + by.toNanos();
    while (!events.isEmpty() && events.element().atNanos <= until) {
      runNext();
    }
    nowNanos = until;
  }

  /** Moves on until nothing is scheduled any more. */
  public void runUntilIdle() {
    while (!events.isEmpty()) {
      runNext();
    }
  }

  private void runNext() {
    Event event = events.remove();
    nowNanos = event.atNanos;
    event.action.run();
  }
}
