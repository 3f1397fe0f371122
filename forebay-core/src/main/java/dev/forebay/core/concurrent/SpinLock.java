package dev.forebay.core.concurrent;

import dev.forebay.core.Seam;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for a few dozen memory operations. The holder never waits, so other threads spin instead
 * of queueing, and a release has no waiters to wake: this halves the cost. If the holder has lost
 * its processor, the others give up theirs, for longer and longer up to a tenth of a millisecond.
 * Not fair, not reentrant.
 */
public final class SpinLock {
  /** Several times as long as it is held; two that both try for longer hinder each other. */
  private static final int SPINS = 10;

  private static final long FIRST_REST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);
  private static final long LONGEST_REST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final AtomicBoolean taken = new AtomicBoolean();

  public void lock() {
    if (!taken.compareAndSet(false, true)) {
      lockLater();
    }
  }

  public void unlock() {
    taken.setRelease(false);
  }

  @Seam("the holder may have lost its processor")
  private void lockLater() {
    int tries = 0;
    long rest = FIRST_REST_NANOS;
    do {
      if (tries < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(rest);
        Thread.onSpinWait();
        rest = Math.min(LONGEST_REST_NANOS, 2 * rest);
      }
      tries++;
    } while (taken.getOpaque() || !taken.compareAndSet(false, true));
  }
}
