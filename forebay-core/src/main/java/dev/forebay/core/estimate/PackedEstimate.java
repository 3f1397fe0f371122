package dev.forebay.core.estimate;

/**
 * A positive number, how many samples it rests on and when the last one came, in one long, so that
 * all three are read as one: a float in the upper 32 bits, 5 bits of count, 27 bits of ticks.
 */
final class PackedEstimate {
  static final int MAX_COUNT = 31;

  private static final int COUNT_SHIFT = 27;
  private static final long TICK_MASK = (1L << COUNT_SHIFT) - 1;

  private PackedEstimate() {}

  static long pack(double value, int count, long tick) {
    long bits = (long) Float.floatToRawIntBits((float) value) << 32;
    return bits | (long) Math.min(MAX_COUNT, count) << COUNT_SHIFT | (tick & TICK_MASK);
  }

  static double value(long packed) {
    return Float.intBitsToFloat((int) (packed >> 32));
  }

  static int count(long packed) {
    return (int) (packed >> COUNT_SHIFT) & MAX_COUNT;
  }

  /**
   * The ticks gone by since, 0 if that time lies ahead: another thread's sample may bear a slightly
   * later time. Right up to 2^26 ticks.
   */
  static long age(long packed, long tick) {
    int unused = Long.SIZE - COUNT_SHIFT;
    return Math.max(0, (tick - packed) << unused >> unused);
  }
}
