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

  @Override
  void close();
}
