package dev.forebay.core.estimate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is usual for a value that should be small: a long-term median that rises slowly, so that a
 * slowdown is noticed.
 *
 * <pre>
 * b := min(median, b * 2^(elapsed / 10 min))     after the first 16 samples; until then the median
 * slow  iff  x &gt; 3 * b
 * </pre>
 *
 * <p>It falls with the median at once, and doubles in ten minutes at most: a target that becomes
 * five times as slow counts as slow for {@code 10 min * log2(5/3)}, over 7 minutes, whatever the
 * rate of calls. After that, this is what is usual. Nothing is slow before 16 samples.
 *
 * <p>The median's step of 1/16 keeps its noise to a tenth, as the minimum follows its lows. Writers
 * must hold one lock that is always the same; reads need none. Without allocation.
 */
final class Baseline {
  static final int WARM_UP = 16;
  static final double SLOW_FACTOR = 3;
  static final Duration DOUBLING = Duration.ofMinutes(10);

  /** A tick of 2^26 ns, 67 ms, in which the base rises by less than a float can miss. */
  private static final int TICK_SHIFT = 26;

  private static final double DOUBLING_TICKS = (double) (DOUBLING.toNanos() >> TICK_SHIFT);

  private final QuantileEstimate median = new QuantileEstimate(0.5, 1.0 / 16);
  private final AtomicLong state = new AtomicLong();

  void add(long value, long nowNanos) {
    median.add(value, nowNanos);
    double usual = Math.max(1, median.value(nowNanos));
    long tick = nowNanos >> TICK_SHIFT;
    long seen = state.getPlain();
    int count = PackedEstimate.count(seen);
    long elapsed = PackedEstimate.age(seen, tick);
    double rise = elapsed == 0 ? 1 : Math.pow(2, elapsed / DOUBLING_TICKS);
    double highest = PackedEstimate.value(seen) * rise;
    double moved = count < WARM_UP ? usual : Math.min(usual, highest);
    // Never turned back, or two threads with different clocks would let it rise twice.
    long at = elapsed == 0 && count > 0 ? seen : tick;
    state.setRelease(PackedEstimate.pack(moved, count + 1, at));
  }

  boolean isSlow(long value) {
    long seen = state.get();
    return PackedEstimate.count(seen) >= WARM_UP
        && (double) value > SLOW_FACTOR * PackedEstimate.value(seen);
  }
}
