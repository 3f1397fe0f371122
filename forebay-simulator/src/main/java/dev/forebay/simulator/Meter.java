package dev.forebay.simulator;

/**
 * One limit per minute under way. The limit is an argument, because what others of the account use
 * up changes it. Written for the simulator alone: it shares nothing with the limiter that it
 * judges.
 */
sealed interface Meter {
  long MINUTE = 60_000_000_000L;

  /** Whether an amount has room now. */
  boolean fits(long now, double amount, double limit);

  /** Sets an amount aside that fits. */
  void take(long now, double amount);

  /** What was set aside then turns out to be that much now. */
  void settle(long begun, long now, double reserved, double used);

  /** How much of the limit is taken. */
  double used(long now, double limit);

  static Meter of(QuotaModel.WindowKind kind) {
    return switch (kind) {
      case FIXED -> new FixedWindow();
      case SLIDING -> new SlidingWindow();
      case BUCKET -> new Bucket();
    };
  }

  /**
   * Counts anew every 60 s. A call that ends in a later window than it began in leaves its own
   * window's count as it was, which is past; only what it used beyond its reservation is charged,
   * to the window in which it ends.
   */
  final class FixedWindow implements Meter {
    private long window;
    private double used;

    @Override
    public boolean fits(long now, double amount, double limit) {
      turn(now);
      return used + amount <= limit;
    }

    @Override
    public void take(long now, double amount) {
      turn(now);
      used += amount;
    }

    @Override
    public void settle(long begun, long now, double reserved, double actual) {
      turn(now);
      if (begun / MINUTE == window) {
        used += actual - reserved;
      } else {
        used += Math.max(0, actual - reserved);
      }
    }

    @Override
    public double used(long now, double limit) {
      turn(now);
      return used;
    }

    private void turn(long now) {
      long current = now / MINUTE;
      if (current != window) {
        window = current;
        used = 0;
      }
    }
  }

  /** Counts what was taken in the last 60 s, in slots of one. */
  final class SlidingWindow implements Meter {
    private static final int SLOTS = 60;
    private static final long SECOND = MINUTE / SLOTS;

    private final double[] slots = new double[SLOTS];
    private long newest;
    private double sum;

    @Override
    public boolean fits(long now, double amount, double limit) {
      turn(now);
      return sum + amount <= limit;
    }

    @Override
    public void take(long now, double amount) {
      turn(now);
      slots[(int) (newest % SLOTS)] += amount;
      sum += amount;
    }

    @Override
    public void settle(long begun, long now, double reserved, double actual) {
      turn(now);
      double change = actual - reserved;
      long slot = begun / SECOND;
      if (slot > newest - SLOTS) {
        slots[(int) (slot % SLOTS)] += change;
        sum += change;
      } else if (change > 0) {
        take(now, change);
      }
    }

    @Override
    public double used(long now, double limit) {
      turn(now);
      return sum;
    }

    private void turn(long now) {
      long current = now / SECOND;
      for (int steps = 0; newest < current && steps < SLOTS; steps++) {
        newest++;
        int slot = (int) (newest % SLOTS);
        sum -= slots[slot];
        slots[slot] = 0;
      }
      newest = current;
    }
  }

  /** A minute's worth, refilled steadily; what is missing counts as used. */
  final class Bucket implements Meter {
    private double missing;
    private long at;

    @Override
    public boolean fits(long now, double amount, double limit) {
      refill(now, limit);
      return missing + amount <= limit;
    }

    @Override
    public void take(long now, double amount) {
      missing += amount;
    }

    @Override
    public void settle(long begun, long now, double reserved, double actual) {
      missing = Math.max(0, missing + actual - reserved);
    }

    @Override
    public double used(long now, double limit) {
      refill(now, limit);
      return missing;
    }

    private void refill(long now, double limit) {
      missing = Math.max(0, missing - limit * (now - at) / MINUTE);
      at = now;
    }
  }
}
