package dev.forebay.gateway.live;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Percentiles of durations over the last slots of time. Four buckets to each doubling, from 64 us
 * to 17 minutes, so that a percentile is off by an eighth at most. {@link #add} is lock-free and
 * for everybody; all else belongs to one thread at a time.
 */
final class DurationHistogram {
  private static final int SHORTEST_EXPONENT = 6;
  private static final int LONGEST_EXPONENT = 29;
  private static final int BUCKETS = (LONGEST_EXPONENT - SHORTEST_EXPONENT + 1) * 4;
  private static final double[] SHOWN = {0.5, 0.95, 0.99};

  private final Meter buckets;

  DurationHistogram(int slots, int ticksPerSlot) {
    buckets = new Meter(BUCKETS, slots, ticksPerSlot);
  }

  void add(long nanos) {
    buckets.add(bucket(nanos), 1);
  }

  void tick() {
    buckets.tick();
  }

  /** Percentiles of what was added lately; null if nothing was. */
  @Nullable Percentiles lately() {
    long[] counts = new long[BUCKETS];
    long all = 0;
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] = buckets.lately(i);
      all += counts[i];
    }
    if (all == 0) {
      return null;
    }
    double[] millis = new double[SHOWN.length];
    for (int i = 0; i < SHOWN.length; i++) {
      millis[i] = percentile(counts, all, SHOWN[i]);
    }
    return new Percentiles(all, millis[0], millis[1], millis[2]);
  }

  /**
   * Three percentiles in milliseconds.
   *
   * @param count of how many durations
   */
  record Percentiles(long count, double p50, double p95, double p99) {
    JsonObject json() {
      return new JsonObject()
          .put("count", count)
          .put("p50", rounded(p50))
          .put("p95", rounded(p95))
          .put("p99", rounded(p99));
    }
  }

  /** A tenth of a millisecond is more than the buckets show. */
  static double rounded(double millis) {
    return millis < 10 ? Math.round(millis * 10) / 10.0 : Math.round(millis);
  }

  static int bucket(long nanos) {
    long micros = Math.max(1L << SHORTEST_EXPONENT, nanos / 1_000);
    int exponent = 63 - Long.numberOfLeadingZeros(micros);
    return exponent > LONGEST_EXPONENT
        ? BUCKETS - 1
        : (exponent - SHORTEST_EXPONENT) * 4 + (int) (micros >> (exponent - 2) & 3);
  }

  /** Where a bucket begins, in microseconds. */
  private static double start(int bucket) {
    return (4 + (bucket & 3)) * Math.pow(2, (bucket >> 2) + SHORTEST_EXPONENT - 2);
  }

  private static double percentile(long[] counts, long all, double share) {
    double rank = share * all;
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0 && before + counts[i] >= rank) {
        double within = Math.max(0, rank - before) / counts[i];
        return (start(i) + within * (start(i + 1) - start(i))) / 1_000;
      }
      before += counts[i];
    }
    return start(BUCKETS) / 1_000;
  }
}
