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

  /** Takes so many bytes, or none if there is no room for them. */
  boolean take(long bytes) {
    if (held.addAndGet(bytes) <= limit) {
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
