package dev.forebay.core.health;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the hedges away from one target to a share of the attempts on it, with at most five saved
 * up. Thread-safe and lock-free.
 */
public final class HedgeBudget {
  private static final int MOST_SAVED = 5;

  /** In billionths of a hedge, so that any share adds up exactly. */
  private static final long HEDGE = 1_000_000_000L;

  private final AtomicLong saved = new AtomicLong();

  /** Counts an attempt that is no hedge. */
  public void attempt(double share) {
    long earned = (long) (share * HEDGE);
    saved.accumulateAndGet(earned, (have, more) -> Math.min(MOST_SAVED * HEDGE, have + more));
  }

  /** Takes one, if one is saved. */
  public boolean take() {
    return saved.getAndUpdate(have -> have >= HEDGE ? have - HEDGE : have) >= HEDGE;
  }

  /** Gives one back that was not used. */
  public void giveBack() {
    saved.addAndGet(HEDGE);
  }
}
