package dev.forebay.core.admission;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What is tried beyond a quota that was learned. That is a guess, and a refusal by the service
 * costs a few milliseconds and no tokens; so a call that would be refused here for want of
 * capacity, and that nobody was asked to answer, is tried after all.
 *
 * <pre>
 * tried      unless on hold, while fewer than W such attempts are unconfirmed; W = 1 at first
 * confirmed  content, an answer, or no refusal within 300 ms: W doubles, up to 64
 * throttled  any attempt, these and others: W halves; from the third without a confirmation between
 *            on, W = 1, and a hold of 250 ms, doubled up to 8 s if the last one ended less than four
 *            of them ago
 * </pre>
 *
 * <p>Where the guess is right, that is one attempt in some seconds. Not thread-safe: its {@link
 * Admission} guards it.
 */
final class Untried {
  static final int MOST = 64;
  static final Duration CONFIRM = Duration.ofMillis(300);
  static final Duration MIN_HOLD = Duration.ofMillis(250);
  static final Duration MAX_HOLD = Duration.ofSeconds(8);
  private static final int SOON = 4;

  /** Two at a time may be chance, where throttles have nothing to do with the quota. */
  private static final int ROW = 3;

  private final Queue<Reservation> unconfirmed = new ArrayDeque<>(0);
  private int allowed = 1;
  private int inARow;
  private long throttledAtNanos;
  private long holdNanos;
  private long heldUntilNanos;

  Untried(long nowNanos) {
    heldUntilNanos = nowNanos;
  }

  /** Whether one more may be tried. */
  boolean mayGo(long nowNanos) {
    if (heldUntilNanos - nowNanos > 0) {
      return false;
    }
    Reservation first = unconfirmed.peek();
    while (first != null && nowNanos - first.begunAtNanos() >= CONFIRM.toNanos()) {
      confirmed(first);
      first = unconfirmed.peek();
    }
    return unconfirmed.size() < allowed;
  }

  void sent(Reservation held) {
    unconfirmed.add(held);
  }

  /** It was not refused. */
  void confirmed(Reservation held) {
    if (unconfirmed.remove(held)) {
      allowed = Math.min(MOST, 2 * allowed);
      inARow = 0;
    }
  }

  /** Any attempt was answered; if it was sent after the last throttle, that one is outdated. */
  void answered(Reservation held) {
    if (inARow > 0 && held.begunAtNanos() - throttledAtNanos > 0) {
      inARow = 0;
    }
  }

  /** It ended otherwise, which says nothing. */
  void dropped(Reservation held) {
    unconfirmed.remove(held);
  }

  /** An attempt was throttled, one of these or another. */
  void throttled(Reservation held, long nowNanos) {
    unconfirmed.remove(held);
    inARow++;
    throttledAtNanos = nowNanos;
    allowed = inARow < ROW ? Math.max(1, allowed / 2) : 1;
    if (inARow < ROW || heldUntilNanos - nowNanos > 0) {
      return;
    }
    boolean soon = holdNanos > 0 && nowNanos - heldUntilNanos < SOON * holdNanos;
    holdNanos = soon ? Math.min(MAX_HOLD.toNanos(), 2 * holdNanos) : MIN_HOLD.toNanos();
    heldUntilNanos = nowNanos + holdNanos;
  }

  /** Whether none is under way, so that nothing has to be told of ends. */
  boolean isIdle() {
    return unconfirmed.isEmpty();
  }
}
