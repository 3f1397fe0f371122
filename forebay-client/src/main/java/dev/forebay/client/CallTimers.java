package dev.forebay.client;

import dev.forebay.core.Ticker;

/** The clock of calls, and what wakes them. Thread-safe. */
interface CallTimers extends Ticker, AutoCloseable {
  /** Takes a timer back. It may have run, or be about to. */
  interface Scheduled {
    void cancel();
  }

  /** Runs the action after so many nanoseconds, never before, on a thread of its own choice. */
  Scheduled schedule(long delayNanos, Runnable action);

  /**
   * Runs the action soon, on a thread of its own choice, also after {@link #close}: it is an event
   * of a call that has yet to end.
   */
  default void execute(Runnable action) {
    schedule(0, action);
  }

  /** The same as {@link #schedule} for the alarm of a call, which nearly always takes it back. */
  default Scheduled alarm(long delayNanos, Runnable action) {
    return schedule(delayNanos, action);
  }

  @Override
  void close();
}
