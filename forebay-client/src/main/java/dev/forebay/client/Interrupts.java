package dev.forebay.client;

/**
 * Ends the calls of threads that were interrupted while they read from a socket, which on a
 * platform thread does not notice. Looks every {@value Watched#LOOK_MS} ms as long as there are
 * calls: within the quarter of a second that a call may be late. Thread-safe.
 */
final class Interrupts {
  /**
   * A thread that waits for its call.
   *
   * @param whenInterrupted ends the call; may run more than once
   */
  record WatchedCall(CallerThread thread, Runnable whenInterrupted) {}

  private final PolledSet<WatchedCall> waiting;

  Interrupts(CallTimers timers) {
    waiting =
        new PolledSet<>(
            look -> timers.schedule(PolledSet.lookNanos(), look),
            each -> {
              if (each.value().thread().isInterruptedReader()) {
                timers.execute(each.value().whenInterrupted());
              }
            });
  }

  /** Watches a thread until its place is removed. */
  InFlightSet.Place<WatchedCall> watch(CallerThread thread, Runnable whenInterrupted) {
    return waiting.add(new WatchedCall(thread, whenInterrupted));
  }

  /** How many threads wait. */
  int waiting() {
    return waiting.all().size();
  }
}
