package dev.forebay.jobs;

import java.time.Duration;

/** Runs something later, on a thread that it may not hold up. */
@FunctionalInterface
public interface Timers {
  /** Runs the task once, not before that time. */
  void after(Duration delay, Runnable task);
}
