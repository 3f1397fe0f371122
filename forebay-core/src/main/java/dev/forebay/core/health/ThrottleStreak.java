package dev.forebay.core.health;

import java.time.Duration;

/**
 * The throttles of one target since its last answer, over all calls. A call that meets a long
 * streak need not find out by attempts of its own that waiting for this target does not help: one
 * is enough to see whether the streak goes on. Thread-safe.
 *
 * <p>A streak is long with {@value #LONG} throttles, the attempts that a call makes by default,
 * over at least {@link #LEAST_SPAN}, the default unit of backoff: the many throttles of a burst say
 * nothing about a moment later. It is forgotten {@link #MEMORY} after its last throttle, as a
 * learned rate is.
 */
public final class ThrottleStreak {
  static final int LONG = 5;
  static final Duration LEAST_SPAN = Duration.ofSeconds(1);
  public static final Duration MEMORY = Duration.ofMinutes(10);

  private volatile int length;
  private long firstNanos;
  private long lastNanos;

  public synchronized void throttled(long nowNanos) {
    if (length == 0 || nowNanos - lastNanos > MEMORY.toNanos()) {
      length = 0;
      firstNanos = nowNanos;
    }
    length = Math.min(length + 1, LONG);
    lastNanos = nowNanos;
  }

  public void answered() {
    // Nearly always so: a volatile read costs next to nothing.
    if (length != 0) {
      end();
    }
  }

  private synchronized void end() {
    length = 0;
  }

  /** Whether calls have met nothing but throttles for a while. */
  public boolean isLong(long nowNanos) {
    return length == LONG && isFresh(nowNanos);
  }

  private synchronized boolean isFresh(long nowNanos) {
    return lastNanos - firstNanos >= LEAST_SPAN.toNanos()
        && nowNanos - lastNanos <= MEMORY.toNanos();
  }

  /** How long ago the last throttle of a long streak was, in nanoseconds; -1 if there is none. */
  public synchronized long ageNanos(long nowNanos) {
    return isLong(nowNanos) ? Math.max(0, nowNanos - lastNanos) : -1;
  }

  /** Goes on with a long streak whose last throttle was so long ago. */
  public synchronized void recall(long ageNanos, long nowNanos) {
    length = LONG;
    lastNanos = nowNanos - ageNanos;
    firstNanos = lastNanos - LEAST_SPAN.toNanos();
  }
}
