package dev.forebay.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes that a gateway holds for calls: requests, answers as they are read, frames and
 * answers that callers have not taken yet, and what translation makes of them. Thread-safe. Taking
 * and giving are one atomic addition each; a lock is held only where something waits.
 *
 * <p>A reader that needs more room either waits, holding nothing of what it waits for, or is
 * refused. The room for a body of a known length is taken at once. A reader that holds room can
 * therefore finish, and one that waits gets its room: there is no deadlock.
 */
final class MemoryBudget {
  /** A long conversation without images. */
  static final int SMALL_BODY = 256 * 1024;

  /**
   * The share of the heap by default. Kept answers have 3/16 of their own, and as much as is held
   * may be there once more as garbage or while it is parsed.
   */
  private static final int HEAP_SHARE = 4;

  /** A quarter is for small bodies alone. */
  private static final int SHARE_OF_SMALL = 4;

  /** Room that was asked for. */
  static final class Wait {
    private final long bytes;
    private final Runnable granted;

    private Wait(long bytes, Runnable granted) {
      this.bytes = bytes;
      this.granted = granted;
    }
  }

  private final long limit;
  private final AtomicLong held = new AtomicLong();
  private final LongAdder refused = new LongAdder();

  /** First come, first served; guarded by this. */
  private final Deque<Wait> line = new ArrayDeque<>();

  private volatile int waiting;

  MemoryBudget(long limit) {
    this.limit = limit;
  }

  /** What fits this process. */
  static long ofHeap() {
    return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  /** A budget of its own for a part of the work, a quarter of this one's size. */
  MemoryBudget quarter() {
    return new MemoryBudget(limit / 4);
  }

  /**
   * Takes so many bytes more for a body, or none if there is no room for them. Large bodies leave
   * room for small ones, which would otherwise be refused as long as a few large ones are there.
   *
   * @param ofBody how many bytes of the body there are with these
   */
  boolean take(long bytes, long ofBody) {
    long room = ofBody > SMALL_BODY ? largest() : limit;
    long before = held.get();
    while (before + bytes <= room) {
      if (held.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = held.get();
    }
    return false;
  }

  /** Takes room for what is there already, whether there is room or not. */
  void hold(long bytes) {
    held.addAndGet(bytes);
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
    if (waiting > 0) {
      serve();
    }
  }

  /**
   * Takes room for a whole body, or waits for it.
   *
   * @param granted runs when the room was taken, unless it was taken at once: on any thread and
   *     from within others' calls, so it must only schedule
   * @return null if it was
   */
  @Nullable Wait await(long bytes, Runnable granted) {
    if (waiting == 0 && take(bytes, bytes)) {
      return null;
    }
    Wait wait = new Wait(bytes, granted);
    synchronized (this) {
      line.add(wait);
      waiting++;
    }
    serve();
    return wait;
  }

  /** Waits no longer. If the room was granted meanwhile, the callback gives it back. */
  void forgo(Wait wait) {
    synchronized (this) {
      if (!line.remove(wait)) {
        return;
      }
      waiting--;
    }
    serve();
  }

  private void serve() {
    Deque<Wait> served = new ArrayDeque<>();
    synchronized (this) {
      boolean largeOnesWait = false;
      for (Iterator<Wait> all = line.iterator(); all.hasNext(); ) {
        Wait next = all.next();
        boolean isLarge = next.bytes > SMALL_BODY;
        if (isLarge && largeOnesWait) {
          continue;
        }
        if (take(next.bytes, next.bytes)) {
          all.remove();
          waiting--;
          served.add(next);
        } else if (isLarge) {
          largeOnesWait = true;
        } else {
          break;
        }
      }
    }
    served.forEach(wait -> wait.granted.run());
  }

  /** Something was refused because there was no room for it. */
  void refuse() {
    refused.increment();
  }

  /** The most that large bodies may hold. */
  long largest() {
    return limit - limit / SHARE_OF_SMALL;
  }

  long limit() {
    return limit;
  }

  long held() {
    return held.get();
  }

  long refused() {
    return refused.sum();
  }
}
