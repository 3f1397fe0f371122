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

  /** The same for the alarm of a call, which nearly always takes it back. */
  default Scheduled alarm(long delayNanos, Runnable action) {
    return schedule(delayNanos, action);
  }

  @Override
  void close();
}
