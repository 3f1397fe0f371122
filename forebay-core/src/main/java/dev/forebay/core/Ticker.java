package dev.forebay.core;

import java.util.concurrent.TimeUnit;

/**
 * A monotonic clock in nanoseconds, the only time that policies know. Its origin is arbitrary and
 * its values are compared by subtraction, as those of {@link System#nanoTime()}.
 */
@FunctionalInterface
public interface Ticker {
  /** The time now, in nanoseconds since an arbitrary origin. */
  long nanos();

  /**
   * The milliseconds that a timer of the machine needs for such a span of this clock: at least 1,
   * and never too few, since a caller that is woken early has to wait again.
   */
  default long timerMillis(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
  }

  /**
   * A clock that begins at zero and runs faster or slower than the machine's, so that a simulation
   * of minutes takes seconds.
   *
   * @param speed its seconds for each of the machine's
   */
  static Ticker atSpeed(double speed) {
    return new ScaledTicker(system(), speed);
  }

  /**
   * The machine's own monotonic clock, less the time in which the process was paused, see {@link
   * AwakeTicker}: one clock for the whole process.
   */
  static Ticker system() {
    return SystemTicker.AWAKE;
  }
}
