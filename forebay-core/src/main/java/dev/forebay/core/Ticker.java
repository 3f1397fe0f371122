package dev.forebay.core;

/**
 * A monotonic clock in nanoseconds, the only time that policies know. Its origin is arbitrary and
 * its values are compared by subtraction, as those of {@link System#nanoTime()}.
 */
@FunctionalInterface
public interface Ticker {
  /** The time now, in nanoseconds since an arbitrary origin. */
  long nanos();

  /** The machine's own monotonic clock. */
  @Seam("the one place that reads the monotonic clock")
  static Ticker system() {
    return System::nanoTime;
  }
}
