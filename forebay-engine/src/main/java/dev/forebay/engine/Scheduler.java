package dev.forebay.engine;

/**
 * Runs actions again and again beside all calls, such as the look at credentials. Thread-safe. An
 * action must not block.
 */
@FunctionalInterface
public interface Scheduler {
  /** Runs the action each time that many milliseconds have passed, until it is cancelled. */
  Loop.Timer every(long millis, Runnable action);
}
