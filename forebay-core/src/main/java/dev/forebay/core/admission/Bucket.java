package dev.forebay.core.admission;

/**
 * A token bucket, as arithmetic on the times it is given: it says how long to wait and never waits.
 *
 * <pre>
 * refill   level = min(capacity, level + rate * dt)
 * settle   level = max(-capacity, min(capacity, level + reserved - used))
 * wait     (asked - level) / rate
 * </pre>
 *
 * <p>A level below zero is debt: more was used than had been reserved. Levels are whole billionths
 * of a unit, so nothing is lost in sums. Not thread-safe: its owner guards it.
 */
final class Bucket {
  static final long UNIT = 1_000_000_000L;

  /** The longest wait: a century stands for never. */
  private static final double LONGEST_WAIT = 3.2e18;

  private long capacity;
  private long level;
  private long atNanos;

  /** A bucket with so many units in it. */
  Bucket(long capacity, long level, long nowNanos) {
    this.capacity = capacity * UNIT;
    this.level = Math.min(level * UNIT, this.capacity);
    this.atNanos = nowNanos;
  }

  /** Takes in what has come since the last time. A clock that goes back brings nothing. */
  void refill(double unitsPerSecond, long nowNanos) {
    long passed = nowNanos - atNanos;
    if (passed > 0) {
      long come = (long) (passed * unitsPerSecond);
      level += Math.min(come, Math.max(0, capacity - level));
      atNanos = nowNanos;
    }
  }

  /** Changes how much it can hold; what is above that is lost. */
  void resize(long units) {
    capacity = units * UNIT;
    level = Math.min(level, capacity);
  }

  /** Makes it hold all that it can. */
  void fill() {
    level = capacity;
  }

  boolean has(long units) {
    return level >= units * UNIT;
  }

  void take(long units) {
    level -= units * UNIT;
  }

  /** Gives back what was reserved and not used, or takes what was used beyond. */
  void settle(long reserved, long used) {
    level = Math.clamp(level + (reserved - used) * UNIT, -capacity, capacity);
  }

  /** How long until it has so many units, at that rate; 0 if it has. */
  long waitNanos(long units, double unitsPerSecond) {
    double missing = (double) units * UNIT - level;
    return missing <= 0 ? 0 : (long) Math.min(LONGEST_WAIT, Math.ceil(missing / unitsPerSecond));
  }

  long capacity() {
    return capacity / UNIT;
  }

  /** The units in it, negative if in debt. */
  long level() {
    return Math.floorDiv(level, UNIT);
  }
}
