package dev.forebay.gateway;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all request bodies that a gateway holds at once, those still coming in and
 * those of calls under way. Thread-safe.
 */
final class BodyBudget {
  /**
   * The share of the heap: each body is held twice for a moment, and answers, which are much
   * smaller, need room as well.
   */
  private static final int HEAP_SHARE = 6;

  /** A long conversation without images. */
  static final int SMALL_BODY = 256 * 1024;

  /** A quarter is for small bodies alone. */
  private static final int SHARE_OF_SMALL = 4;

  private final long limit;
  private final AtomicLong held = new AtomicLong();

  BodyBudget(long limit) {
    this.limit = limit;
  }

  /** A budget that fits this process. */
  static BodyBudget ofHeap() {
    return new BodyBudget(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** A budget of its own for a part of the work, a quarter of this one's size. */
  BodyBudget quarter() {
    return new BodyBudget(limit / 4);
  }

  /**
   * Takes so many bytes more of a body, or none if there is no room for them. Large bodies leave
   * room for small ones, which would otherwise be refused as long as a few large ones are there.
   *
   * @param ofBody how many bytes of the body there are with these
   */
  boolean take(long bytes, long ofBody) {
    long room = ofBody > SMALL_BODY ? limit - limit / SHARE_OF_SMALL : limit;
    if (held.addAndGet(bytes) <= room) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }
}
