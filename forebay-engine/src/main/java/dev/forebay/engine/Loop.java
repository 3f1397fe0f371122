package dev.forebay.engine;

import java.util.random.RandomGenerator;

/**
 * The one thread at a time on which a call runs. A call never leaves its loop, so nothing that
 * belongs to a call is locked. All actions of a loop run one after another, each of them sees what
 * the ones before it wrote, and none of them may block.
 *
 * <p>A loop may serve one call or many. Implementations are an event loop, a caller's own thread
 * that takes actions from a queue until its call is over, an executor that runs one task at a time,
 * or a virtual clock.
 *
 * <p>Only {@link #execute} may be used from any thread. The rest is used on the loop alone.
 */
public interface Loop {
  /** A timer that was set. */
  interface Timer {
    /** Takes it back. Changes nothing if it has run or was cancelled. */
    void cancel();
  }

  /**
   * Runs an action on this loop, after what is there already, never within this call. From any
   * thread. Never throws; an action of a loop that is closed is dropped.
   */
  void execute(Runnable action);

  /**
   * Runs an action once on this loop, as soon as that many nanoseconds of {@link #nanos} have
   * passed: never earlier, and never within this call. Zero or less means soon.
   */
  Timer timer(long nanos, Runnable action);

  /**
   * The same for what nearly always is cancelled before it runs, such as a timeout: it may run 10
   * ms late where that makes it cheaper. By default it is no different.
   */
  default Timer timeout(long nanos, Runnable action) {
    return timer(nanos, action);
  }

  /** The time of a monotonic clock in nanoseconds, compared by subtraction. */
  long nanos();

  /** Where backoff, hedging and the choice among equal targets take their randomness from. */
  RandomGenerator random();
}
