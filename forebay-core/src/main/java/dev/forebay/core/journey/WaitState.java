package dev.forebay.core.journey;

import org.jspecify.annotations.Nullable;

/** How one call waits, for a time or for its turn, and for how long it has. */
final class WaitState {
  /** Its place in a line; null if it waits for a time alone, or not at all. */
  @Nullable QueuedAttempt turn;

  /** Its places in the lines for probes; null if it waits for none. */
  @Nullable ProbeWait probe;

  /** When the driver comes back, if nothing happens before. */
  long untilNanos;

  private long sinceNanos;
  private long allNanos;

  /** A wait begins; the next may follow it before it ends. */
  void begins(long nowNanos) {
    sinceNanos = nowNanos;
  }

  /** What has been waited counts from here on, whether the wait is over or goes on. */
  void counts(long nowNanos) {
    allNanos += nowNanos - sinceNanos;
    sinceNanos = nowNanos;
  }

  /** All that counts, together. */
  long allNanos() {
    return allNanos;
  }
}
