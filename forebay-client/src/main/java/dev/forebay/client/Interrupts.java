package dev.forebay.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends the calls of threads that were interrupted while they read from a socket, which on a
 * platform thread does not notice. Looks every {@value #LOOK_MS} ms as long as there are calls:
 * within the quarter of a second that a call may be late. Thread-safe.
 */
final class Interrupts {
  static final int LOOK_MS = 100;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MS);

  private final CallTimers timers;
  private final Map<CallerThread, Runnable> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();

  Interrupts(CallTimers timers) {
    this.timers = timers;
  }

  /**
   * A thread waits for its call.
   *
   * @param whenInterrupted ends the call; may run more than once
   */
  void watch(CallerThread thread, Runnable whenInterrupted) {
    waiting.put(thread, whenInterrupted);
    lookSoon();
  }

  void unwatch(CallerThread thread) {
    waiting.remove(thread);
  }

  /** How many threads wait. */
  int waiting() {
    return waiting.size();
  }

  private void lookSoon() {
    if (looking.compareAndSet(false, true)) {
      timers.schedule(LOOK_NANOS, this::look);
    }
  }

  private void look() {
    looking.set(false);
    waiting.forEach(
        (thread, end) -> {
          if (thread.isInterruptedReader()) {
            end.run();
          }
        });
    if (!waiting.isEmpty()) {
      lookSoon();
    }
  }
}
