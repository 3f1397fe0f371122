package dev.forebay.core.estimate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A running estimate {@code e} of a quantile {@code q} of positive values. With {@code n} samples
 * before it, sample {@code x} moves it by
 *
 * <pre>
 * s = max(minStep, 2/(n+1))
 * e := min(x, e * exp(s * q))           if x is above
 * e := max(x, e * exp(-s * (1 - q)))    if x is below
 * </pre>
 *
 * so that it rests where a share {@code q} of the samples is below, whatever their scale. It
 * settles in tens of samples and follows a change of its quantile by a factor {@code f} within
 * about {@code ln f / (minStep * q)} samples upwards and {@code ln f / (minStep * (1 - q))}
 * downwards. In the steady state its standard deviation is about {@code sqrt(minStep * q * (1 - q)
 * / (2 * d))} of its value, with the density {@code d} of the values' logarithm there: for
 * log-normal values with sigma 0.5 and {@code minStep} 1/8 that is 14 % at the median and 12 % at
 * the 95th percentile.
 *
 * <p>After five minutes without a sample it knows nothing, and begins anew with the next: a target
 * that was avoided because it was slow must be measured again.
 *
 * <p>Writers must hold one lock that is always the same; reads need none. Without allocation.
 */
public final class QuantileEstimate {
  static final Duration STALE = Duration.ofMinutes(5);

  /** Weighs the last dozens of samples. */
  public static final double USUAL_STEP = 1.0 / 8;

  /** A tick of 2^30 ns, about a second: years fit. */
  private static final int TICK_SHIFT = 30;

  private static final long STALE_TICKS = STALE.toNanos() >> TICK_SHIFT;

  private final double quantile;
  private final double minStep;

  /** The factors of the last step, which nearly all samples take: computed once. */
  private final double lastUp;

  private final double lastDown;
  private final AtomicLong state = new AtomicLong();

  public QuantileEstimate(double quantile, double minStep) {
    this.quantile = quantile;
    this.minStep = minStep;
    double last = step(PackedEstimate.MAX_COUNT);
    this.lastUp = up(last);
    this.lastDown = down(last);
  }

  /** Takes a sample; values below 1 count as 1. */
  public void add(long value, long nowNanos) {
    double sample = (double) Math.max(1, value);
    long seen = state.getPlain();
    int count = count(seen, nowNanos);
    double moved = count == 0 ? sample : moved(PackedEstimate.value(seen), sample, count);
    state.setRelease(PackedEstimate.pack(moved, count + 1, nowNanos >> TICK_SHIFT));
  }

  /** The estimate, 0 while there is none. */
  public long value(long nowNanos) {
    long seen = state.get();
    return count(seen, nowNanos) == 0 ? 0 : (long) PackedEstimate.value(seen);
  }

  /** How many samples it rests on, at most 31. */
  int count(long nowNanos) {
    return count(state.get(), nowNanos);
  }

  private double moved(double estimate, double sample, int count) {
    boolean last = count == PackedEstimate.MAX_COUNT;
    if (sample > estimate) {
      double up = estimate * (last ? lastUp : up(step(count)));
      return up < sample ? up : sample;
    }
    double down = estimate * (last ? lastDown : down(step(count)));
    return down > sample ? down : sample;
  }

  private double step(int count) {
    return Math.max(minStep, 2.0 / (count + 1));
  }

  private double up(double step) {
    return Math.exp(step * quantile);
  }

  private double down(double step) {
    return Math.exp(-step * (1 - quantile));
  }

  private static int count(long packed, long nowNanos) {
    boolean stale = PackedEstimate.age(packed, nowNanos >> TICK_SHIFT) > STALE_TICKS;
    return stale ? 0 : PackedEstimate.count(packed);
  }
}
