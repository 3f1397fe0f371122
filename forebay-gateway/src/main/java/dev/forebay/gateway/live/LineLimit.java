package dev.forebay.gateway.live;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one line of its kind a minute into the log, and counts the others. Lock-free. */
final class LineLimit {
  /** A line that is not written. */
  static final long SUPPRESSED = -1;

  private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final AtomicLong nextAtNanos;
  private final AtomicLong suppressed = new AtomicLong();

  /** The first line is written. */
  LineLimit(long nowNanos) {
    nextAtNanos = new AtomicLong(nowNanos);
  }

  /**
   * Takes the place of a line.
   *
   * @return how many were suppressed since the last line; {@link #SUPPRESSED} if this one is too
   */
  long take(long nowNanos) {
    long due = nextAtNanos.get();
    if (nowNanos - due >= 0 && nextAtNanos.compareAndSet(due, nowNanos + EVERY_NANOS)) {
      return suppressed.getAndSet(0);
    }
    suppressed.incrementAndGet();
    return SUPPRESSED;
  }
}
