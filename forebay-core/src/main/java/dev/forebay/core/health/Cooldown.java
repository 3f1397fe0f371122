package dev.forebay.core.health;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Until when a target asked for no requests, by a hint such as {@code Retry-After}. It says nothing
 * about the target's health. Thread-safe and lock-free; times only move forward.
 */
public final class Cooldown {
  /**
   * The longest time for which it is shut: whatever a target says, it is asked again after that.
   */
  public static final Duration LONGEST = Duration.ofMinutes(15);

  private static final long LONG_AGO = Duration.ofHours(1).toNanos();

  private final AtomicLong opensAtNanos;
  private volatile Runnable listener = () -> {};

  public Cooldown(long nowNanos) {
    opensAtNanos = new AtomicLong(nowNanos - LONG_AGO);
  }

  /** Runs at once when it will open later, on the thread that says so. Replaces the last one. */
  public void listen(Runnable hears) {
    listener = hears;
  }

  public void closeUntil(long nanos) {
    long before =
        opensAtNanos.getAndAccumulate(nanos, (seen, asked) -> asked - seen > 0 ? asked : seen);
    if (nanos - before > 0) {
      listener.run();
    }
  }

  /** How long it stays shut, 0 if it is open. */
  public long remainingNanos(long nowNanos) {
    return Math.max(0, opensAtNanos.get() - nowNanos);
  }

  /** When it opens, or opened last. */
  public long opensAtNanos() {
    return opensAtNanos.get();
  }

  /** For how long it has been open, 0 if it is shut. */
  public long quietNanos(long nowNanos) {
    return Math.max(0, nowNanos - opensAtNanos.get());
  }
}
