package dev.forebay.emulator;

import java.time.Duration;

/** One limit of a quota. Times are nanoseconds since the emulator's start and never go back. */
sealed interface Meter {
  /** Whether that much is left. */
  boolean fits(long now, double amount);

  /** Takes it, whether it fits or not. */
  void take(long now, double amount);

  /**
   * Replaces what was taken at one time by what was used in the end; more than was left is debt.
   */
  void settle(long takenAt, long now, double taken, double used);

  static Meter of(Quota.Window window, long limit, Duration period) {
    return switch (window) {
      case FIXED -> new FixedWindow(limit, period.toNanos());
      case SLIDING -> new SlidingWindow(limit, period.toNanos());
      case BUCKET -> new Bucket(limit, period.toNanos());
    };
  }

  /** A counter that starts again at every multiple of the period. */
  final class FixedWindow implements Meter {
    private final long limit;
    private final long period;
    private long window;
    private double used;

    FixedWindow(long limit, long period) {
      this.limit = limit;
      this.period = period;
    }

    @Override
    public boolean fits(long now, double amount) {
      roll(now);
      return used + amount <= limit;
    }

    @Override
    public void take(long now, double amount) {
      roll(now);
      used += amount;
    }

    /**
     * In a later window nothing is released, since its counter never held the reservation; only
     * what was used beyond the reservation is charged to it.
     */
    @Override
    public void settle(long takenAt, long now, double taken, double amount) {
      roll(now);
      boolean sameWindow = takenAt / period == window;
      used += sameWindow ? amount - taken : Math.max(0, amount - taken);
    }

    private void roll(long now) {
      if (now / period != window) {
        window = now / period;
        used = 0;
      }
    }
  }

  /** A counter of the last period, in 60 slots, the oldest of which is dropped as a whole. */
  final class SlidingWindow implements Meter {
    private static final int SLOTS = 60;

    private final long limit;
    private final long slotNanos;
    private final double[] slots = new double[SLOTS];
    private long newest;
    private double sum;

    SlidingWindow(long limit, long period) {
      this.limit = limit;
      this.slotNanos = period / SLOTS;
    }

    @Override
    public boolean fits(long now, double amount) {
      slide(now);
      return sum + amount <= limit;
    }

    @Override
    public void take(long now, double amount) {
      slide(now);
      add(newest, amount);
    }

    /** What was taken too long ago is dropped already; then only what goes beyond it counts. */
    @Override
    public void settle(long takenAt, long now, double taken, double amount) {
      slide(now);
      long slot = takenAt / slotNanos;
      if (slot > newest - SLOTS) {
        add(slot, amount - taken);
      } else {
        add(newest, Math.max(0, amount - taken));
      }
    }

    private void add(long slot, double amount) {
      slots[(int) (slot % SLOTS)] += amount;
      sum += amount;
    }

    private void slide(long now) {
      long current = now / slotNanos;
      for (int i = 0; newest < current && i < SLOTS; i++) {
        newest++;
        int oldest = (int) (newest % SLOTS);
        sum -= slots[oldest];
        slots[oldest] = 0;
      }
      newest = current;
    }
  }

  /** A token bucket: full at the start, refilled evenly, at most full, below zero when in debt. */
  final class Bucket implements Meter {
    private final double limit;
    private final long period;
    private long at;
    private double level;

    Bucket(long limit, long period) {
      this.limit = limit;
      this.period = period;
      this.level = limit;
    }

    @Override
    public boolean fits(long now, double amount) {
      refill(now);
      return amount <= level;
    }

    @Override
    public void take(long now, double amount) {
      refill(now);
      level -= amount;
    }

    @Override
    public void settle(long takenAt, long now, double taken, double amount) {
      refill(now);
      level = Math.min(limit, level + taken - amount);
    }

    private void refill(long now) {
      level = Math.min(limit, level + limit * (now - at) / period);
      at = now;
    }
  }
}
