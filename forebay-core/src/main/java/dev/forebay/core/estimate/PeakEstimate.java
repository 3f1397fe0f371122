package dev.forebay.core.estimate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A moving average that expects the worst: a higher sample is taken at once, a lower one draws it
 * down with a time constant of 10 s.
 *
 * <pre>
 * p := x                                           if x is above p
 * p := x + (p - x) * exp(-elapsed / 10 s)          otherwise
 * </pre>
 *
 * <p>Without samples it sinks towards zero in the same way, so that a target which was avoided for
 * its peak gets a call again. As in Finagle's peak EWMA. Writers must hold one lock that is always
 * the same; reads need none. Without allocation.
 */
final class PeakEstimate {
  static final Duration TIME_CONSTANT = Duration.ofSeconds(10);

  private static final int TICK_SHIFT = 26;
  private static final double CONSTANT_TICKS = (double) (TIME_CONSTANT.toNanos() >> TICK_SHIFT);

  private final AtomicLong state = new AtomicLong();

  void add(long value, long nowNanos) {
    long tick = nowNanos >> TICK_SHIFT;
    long seen = state.getPlain();
    long elapsed = PackedEstimate.age(seen, tick);
    double above = PackedEstimate.value(seen) - value;
    double moved = above <= 0 ? value : value + above * kept(elapsed);
    long at = elapsed == 0 && above > 0 ? seen : tick;
    state.setRelease(PackedEstimate.pack(moved, 1, at));
  }

  /** The estimate, 0 before the first sample. */
  long value(long nowNanos) {
    long seen = state.get();
    long elapsed = PackedEstimate.age(seen, nowNanos >> TICK_SHIFT);
    return (long) (PackedEstimate.value(seen) * kept(elapsed));
  }

  private static double kept(long ticks) {
    return ticks == 0 ? 1 : Math.exp(-ticks / CONSTANT_TICKS);
  }
}
