package dev.forebay.jobs;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When to wake up: a new time replaces the old one. Timers cannot be cancelled, so those that are
 * not the latest end without doing anything. Thread-safe.
 */
public final class ResettableTimer {
  private final Timers timers;
  private final Runnable wake;
  private final AtomicLong latest = new AtomicLong();

  public ResettableTimer(Timers timers, Runnable wake) {
    this.timers = timers;
    this.wake = wake;
  }

  /** Wakes after that time, unless it is set once more before. */
  public void set(Duration delay) {
    long mine = latest.incrementAndGet();
    timers.after(
        delay,
        () -> {
          if (latest.get() == mine) {
            wake.run();
          }
        });
  }
}
