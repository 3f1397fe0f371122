package dev.forebay.simulator.report;

import java.util.Arrays;

/** A distribution in four numbers, in seconds; all 0 if there is nothing. */
public record Quantiles(double p50, double p95, double p99, double max) {
  public static final Quantiles NONE = new Quantiles(0, 0, 0, 0);

  /** Of durations in nanoseconds, in any order. */
  public static Quantiles ofNanos(long[] nanos) {
    if (nanos.length == 0) {
      return NONE;
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Quantiles(
        at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99), sorted[sorted.length - 1] / 1e9);
  }

  /** The least value that so great a part of all does not exceed. */
  private static double at(long[] sorted, double part) {
    int index = (int) Math.ceil(part * sorted.length) - 1;
    return sorted[Math.clamp(index, 0, sorted.length - 1)] / 1e9;
  }
}
