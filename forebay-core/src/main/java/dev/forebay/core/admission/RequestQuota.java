package dev.forebay.core.admission;

import dev.forebay.core.admission.QuotaHypothesis.Span;

/**
 * A configured quota of requests a minute, counted over the same spans as that of tokens. Not
 * thread-safe: its {@link QuotaHypotheses} guards it.
 */
final class RequestQuota {
  private static final double MINUTE = 60e9;

  private final double perMinute;
  private final UsageWindow use;
  private double missing;
  private long filledAtNanos;

  RequestQuota(long perMinute, long nowNanos) {
    this.perMinute = perMinute;
    this.use = new UsageWindow(nowNanos);
    this.filledAtNanos = nowNanos;
  }

  /** How likely the service lets one more in, if it counts over that span. */
  double fits(Span span, WindowOffsets offsets, long nowNanos) {
    if (use.sum(nowNanos) + 1 <= perMinute && span != Span.BUCKET) {
      return 1;
    }
    return switch (span) {
      case SLIDING -> 0;
      case BUCKET -> missing(nowNanos) + 1 <= perMinute ? 1 : 0;
      case FIXED -> offsets.fitting(use, 1, perMinute, nowNanos);
    };
  }

  /** Whether one more fits over any span. */
  boolean fitsAll(long nowNanos) {
    return use.sum(nowNanos) + 1 <= perMinute && missing(nowNanos) + 1 <= perMinute;
  }

  void take(long nowNanos) {
    use.take(1, nowNanos);
    missing = missing(nowNanos) + 1;
  }

  /** The service did not count it. */
  void giveBack(long takenAtNanos, long nowNanos) {
    use.settle(-1, takenAtNanos, nowNanos);
    missing = Math.max(0, missing - 1);
  }

  /** How long until so many more fit by a sliding minute, if no others come before. */
  long waitNanos(int calls, long nowNanos) {
    double over = use.sum(nowNanos) + calls - perMinute;
    if (over <= 0) {
      return 0;
    }
    return over > use.sum(nowNanos)
        ? (long) (MINUTE * Math.min(1e6, over / perMinute))
        : use.nanosUntilLeft((long) Math.ceil(over), nowNanos);
  }

  private double missing(long nowNanos) {
    long elapsed = nowNanos - filledAtNanos;
    if (elapsed > 0) {
      missing = Math.max(0, missing - perMinute * (elapsed * QuotaHypothesis.MINUTES));
      filledAtNanos = nowNanos;
    }
    return missing;
  }
}
