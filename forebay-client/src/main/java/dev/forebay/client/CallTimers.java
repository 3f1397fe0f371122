package dev.forebay.client;

import dev.forebay.core.Ticker;

/** The clock of calls, and what wakes them. Thread-safe. */
interface CallTimers extends Ticker, AutoCloseable {
  /** Takes a timer back. It may have run, or be about to. */
  interface Scheduled {
    void cancel();
  }

  /**
   * Runs the action after so many nanoseconds, never before, on the thread of all timers: it must
   * be Forebay's own code, which returns at once.
   */
  Scheduled schedule(long delayNanos, Runnable action);

  /**
   * Runs the action soon, on a thread that it may block, also after {@link #close}: it is an event
   * of a call that has yet to end, and may run the program's code.
   */
  default void execute(Runnable action) {
    schedule(0, action);
  }

  /** {@link #execute}s the alarm of a call after that time; nearly always it is taken back. */
  default Scheduled alarm(long delayNanos, Runnable action) {
    return schedule(delayNanos, () -> execute(action));
  }

  @Override
  void close();
}
