package dev.forebay.core.admission;

import dev.forebay.core.Checks;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one caller may use in any 60 seconds: so many calls, and so many tokens. A call reserves its
 * estimate when it begins and settles what it used when it is over; both count for the second in
 * which it began. A call that alone is larger than the limit gets through when nothing else has
 * been used, since it could never begin otherwise. Thread-safe; it never blocks.
 */
public final class CallerRateLimit {
  /** Nothing is limited. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Sixty whole seconds beside the one that has begun. */
  private static final int SLOTS = 61;

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long maxCalls;
  private final long maxTokens;
  private final long originNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final long[] calls = new long[SLOTS];
  private final long[] tokens = new long[SLOTS];
  private long allCalls;
  private long allTokens;
  private long second;

  /**
   * A limit of which nothing is used.
   *
   * @param maxCalls calls per 60 seconds, or {@link #UNLIMITED}
   * @param maxTokens tokens per 60 seconds, or {@link #UNLIMITED}
   */
  public CallerRateLimit(long maxCalls, long maxTokens, long nowNanos) {
    Checks.check(maxCalls > 0, "maxCalls", "must be positive", maxCalls);
    Checks.check(maxTokens > 0, "maxTokens", "must be positive", maxTokens);
    this.maxCalls = maxCalls;
    this.maxTokens = maxTokens;
    this.originNanos = nowNanos;
  }

  /** Whether it can ever refuse. */
  public boolean isLimited() {
    return maxCalls != UNLIMITED || maxTokens != UNLIMITED;
  }

  /** Takes a call with so many tokens, or nothing if there is no room for it. */
  public @Nullable Share take(long askedTokens, long nowNanos) {
    long reserved = Math.min(askedTokens, maxTokens);
    lock.lock();
    try {
      forget(nowNanos);
      if (allCalls + 1 > maxCalls || allTokens + reserved > maxTokens) {
        return null;
      }
      add(1, reserved);
      return new Share(second, reserved);
    } finally {
      lock.unlock();
    }
  }

  /** How long until such a call could be taken if nothing else was. */
  public Duration wait(long askedTokens, long nowNanos) {
    long reserved = Math.min(askedTokens, maxTokens);
    lock.lock();
    try {
      forget(nowNanos);
      long callsLeft = allCalls;
      long tokensLeft = allTokens;
      long leaving = second - SLOTS;
      while (leaving < second && (callsLeft + 1 > maxCalls || tokensLeft + reserved > maxTokens)) {
        leaving++;
        callsLeft -= calls[slot(leaving)];
        tokensLeft -= tokens[slot(leaving)];
      }
      long passed = nowNanos - originNanos;
      return Duration.ofNanos(Math.max(0, (leaving + SLOTS) * SECOND_NANOS - passed));
    } finally {
      lock.unlock();
    }
  }

  /** What one call has taken. */
  public final class Share {
    private final long since;
    private final long reserved;
    private boolean settled;

    private Share(long since, long reserved) {
      this.since = since;
      this.reserved = reserved;
    }

    /** The call is over and used so many tokens. Only the first time counts. */
    public void settle(long usedTokens, long nowNanos) {
      lock.lock();
      try {
        if (settled) {
          return;
        }
        settled = true;
        forget(nowNanos);
        long beyond = usedTokens - reserved;
        if (second - since < SLOTS) {
          tokens[slot(since)] += beyond;
          allTokens += beyond;
        } else if (beyond > 0) {
          add(0, beyond);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void add(long moreCalls, long moreTokens) {
    calls[slot(second)] += moreCalls;
    tokens[slot(second)] += moreTokens;
    allCalls += moreCalls;
    allTokens += moreTokens;
  }

  private void forget(long nowNanos) {
    long target = (nowNanos - originNanos) / SECOND_NANOS;
    // What lies more than a minute back is all gone after one round.
    second = Math.max(second, target - SLOTS);
    while (second < target) {
      second++;
      int slot = slot(second);
      allCalls -= calls[slot];
      allTokens -= tokens[slot];
      calls[slot] = 0;
      tokens[slot] = 0;
    }
  }

  private static int slot(long second) {
    return (int) Math.floorMod(second, (long) SLOTS);
  }
}
