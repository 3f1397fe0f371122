package dev.forebay.cloudwatch;

import org.jspecify.annotations.Nullable;

/** What is measured until it is taken. Thread-safe; held for a few instructions at a time. */
final class Statistic {
  private long count;
  private double sum;
  private double min;
  private double max;

  synchronized void add(double value) {
    min = count == 0 ? value : Math.min(min, value);
    max = count == 0 ? value : Math.max(max, value);
    sum += value;
    count++;
  }

  /** What there is since the last time; null if nothing. */
  synchronized @Nullable StatisticSet take() {
    if (count == 0) {
      return null;
    }
    StatisticSet taken = new StatisticSet(count, sum, min, max);
    count = 0;
    sum = 0;
    return taken;
  }
}
