package dev.forebay.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes that a process holds for calls: requests, answers as they are read, frames and
 * answers that callers have not taken yet, and what translation makes of them. Thread-safe. Taking
 * and giving are one atomic addition each; a lock is held only where something waits.
 *
 * <p>A reader that needs more room waits for it or is refused. The room for a body of a known
 * length is taken at once, so that its holder can finish. A large body whose length is not known
 * takes parts only while that leaves room for all of one such body; beyond that it waits for as
 * much as it may need in the end. So one of those that wait can be served, and no two wait for each
 * other, while the small parts that all of them hold leave it room.
 */
public final class MemoryBudget {
  /** Bedrock's answers are at most 25,000,000 bytes; its errors are a line. */
  public static final int MAX_ANSWER_BYTES = 26 * 1024 * 1024;

  /** A long conversation without images. */
  public static final int SMALL_BODY = 256 * 1024;

  /**
   * What a body of unknown length may hold while it waits for more. As many as wait hold that much,
   * so it is less than {@link #SMALL_BODY}; nearly all answers are shorter.
   */
  static final int SMALL_PART = 64 * 1024;

  /**
   * The share of the heap by default. Kept answers have 3/16 of their own, and as much as is held
   * may be there once more as garbage or while it is parsed.
   */
  private static final int HEAP_SHARE = 4;

  /** A quarter is for small bodies alone. */
  private static final int SHARE_OF_SMALL = 4;

  /** Room that was asked for. */
  public static final class Wait {
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

  public MemoryBudget(long limit) {
    this.limit = limit;
  }

  /** What fits this process. */
  public static long ofHeap() {
    return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  /** A budget of its own for a part of the work, a quarter of this one's size. */
  public MemoryBudget quarter() {
    return new MemoryBudget(limit / 4);
  }

  /**
   * Takes so many bytes more for a body, or none if there is no room for them. Large bodies leave
   * room for small ones, which would otherwise be refused as long as a few large ones are there.
   *
   * @param ofBody how many bytes of the body there are with these
   */
  public boolean take(long bytes, long ofBody) {
    return takeWithin(bytes, ofBody > SMALL_BODY ? largest() : limit);
  }

  /**
   * Takes so many bytes more for a body whose length is not known. Beyond {@link #SMALL_PART} it
   * gets them only if nothing waits, a whole {@link #claim} is left, and as much as all hold by
   * then: for the small parts of those that wait.
   *
   * @param ofBody how many bytes of the body there are with these
   */
  public boolean takePart(long bytes, long ofBody) {
    return ofBody <= SMALL_PART
        ? take(bytes, ofBody)
        : waiting == 0 && takeWithin(bytes, (largest() - claim()) / 2);
  }

  private boolean takeWithin(long bytes, long room) {
    long before = held.get();
    while (before + bytes <= room) {
      if (held.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = held.get();
    }
    return false;
  }

  /** The most that one body whose length is not known may wait for. */
  public long claim() {
    return Math.min(MAX_ANSWER_BYTES, largest() / 2);
  }

  /** Takes room for what is there already, whether there is room or not. */
  public void hold(long bytes) {
    held.addAndGet(bytes);
  }

  public void give(long bytes) {
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
  public @Nullable Wait await(long bytes, Runnable granted) {
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
  public void forgo(Wait wait) {
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

  /** Whether a reader waits for room. */
  public boolean isAwaited() {
    return waiting > 0;
  }

  /** Something was refused because there was no room for it. */
  public void refuse() {
    refused.increment();
  }

  /** The most that large bodies may hold. */
  public long largest() {
    return limit - limit / SHARE_OF_SMALL;
  }

  public long limit() {
    return limit;
  }

  public long held() {
    return held.get();
  }

  public long refused() {
    return refused.sum();
  }
}
