package dev.forebay.core.estimate;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The sum of what was added over about one period: the current window in full, and of the one
 * before the share that the period still covers. Thread-safe and lock-free; nothing added is lost
 * when windows change.
 */
public final class SlidingSum {
  private record Window(long index, AtomicLong sum, @Nullable AtomicLong previous) {}

  private final long periodNanos;
  private final long originNanos;
  private final AtomicReference<Window> current;

  public SlidingSum(long periodNanos, long nowNanos) {
    this.periodNanos = periodNanos;
    this.originNanos = nowNanos;
    this.current = new AtomicReference<>(new Window(0, new AtomicLong(), null));
  }

  public void add(long amount, long nowNanos) {
    if (amount != 0) {
      windowAt(nowNanos).sum.addAndGet(amount);
    }
  }

  /**
   * The same where all who ever add hold one lock, for whom it is cheaper. On a sum that is added
   * to in both ways updates would be lost.
   */
  public void addLocked(long amount, long nowNanos) {
    AtomicLong sum = windowAt(nowNanos).sum;
    sum.setRelease(sum.getPlain() + amount);
  }

  public long sum(long nowNanos) {
    Window window = windowAt(nowNanos);
    if (window.previous == null) {
      return window.sum.get();
    }
    long sinceStart = nowNanos - originNanos - window.index * periodNanos;
    double covered = Math.clamp(1 - (double) sinceStart / periodNanos, 0, 1);
    return window.sum.get() + (long) (window.previous.get() * covered);
  }

  private Window windowAt(long nowNanos) {
    Window window = current.get();
    if (nowNanos - originNanos - window.index * periodNanos < periodNanos) {
      return window;
    }
    long index = (nowNanos - originNanos) / periodNanos;
    while (index > window.index) {
      AtomicLong previous = index == window.index + 1 ? window.sum : null;
      Window next = new Window(index, new AtomicLong(), previous);
      if (current.compareAndSet(window, next)) {
        return next;
      }
      window = current.get();
    }
    return window;
  }
}
