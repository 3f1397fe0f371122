package dev.forebay.core.admission;

import org.jspecify.annotations.Nullable;

/**
 * One guess of how the service counts a quota, kept beside others: over what span, and how much it
 * sets aside for an attempt. Each sees the same attempts and says whether the service would let one
 * more in. Not thread-safe.
 *
 * <pre>
 * sliding   what was taken over the last 60 s, plus what is asked for, is within the limit
 * bucket    what is missing from a bucket of one minute's worth that is refilled steadily, plus what is asked for, is
 * fixed     what was taken since the present minute began, plus what is asked for, is
 * </pre>
 */
final class QuotaHypothesis {
  /** The span over which the service counts. */
  enum Span {
    SLIDING,
    BUCKET,
    FIXED
  }

  /** A nanosecond in minutes: products are cheaper than quotients. */
  static final double MINUTES = 1 / 60e9;

  final Span span;

  /** Whether the service sets aside the answer's tokens with the burndown of output. */
  final boolean burnt;

  private final UsageWindow use;
  private final WindowOffsets offsets;

  /** Null if there is no quota of requests. */
  private final @Nullable RequestQuota requests;

  /** Tokens a minute; infinite while it is not known. */
  double limit;

  double weight;
  private double missing;
  private long filledAtNanos;

  QuotaHypothesis(
      Span span,
      boolean burnt,
      UsageWindow use,
      WindowOffsets offsets,
      @Nullable RequestQuota requests,
      double limit,
      double weight,
      long nowNanos) {
    this.span = span;
    this.burnt = burnt;
    this.use = use;
    this.offsets = offsets;
    this.requests = requests;
    this.limit = limit;
    this.weight = weight;
    this.filledAtNanos = nowNanos;
  }

  /** How likely the service lets in an attempt that asks for so much, if this is how it counts. */
  double fits(long amount, long nowNanos) {
    double likely = fitsTokens(amount, nowNanos);
    return requests == null || likely == 0
        ? likely
        : Math.min(likely, requests.fits(span, offsets, nowNanos));
  }

  private double fitsTokens(long amount, long nowNanos) {
    double most = limit;
    if (use.sum(nowNanos) + amount <= most && span != Span.BUCKET) {
      return 1;
    }
    return switch (span) {
      case SLIDING -> 0;
      case BUCKET -> missing(nowNanos) + amount <= most ? 1 : 0;
      case FIXED -> offsets.fitting(use, amount, most, nowNanos);
    };
  }

  /** Has an effect on a bucket alone: the others count by what is taken in each second. */
  void take(long amount) {
    missing += amount;
  }

  /** Likewise. */
  void settle(long change) {
    missing = Math.max(0, missing + change);
  }

  /** Another process took so much, so long ago; the oldest first. */
  void recall(long amount, long agoNanos, long nowNanos) {
    long atNanos = nowNanos - agoNanos;
    if (missing == 0) {
      filledAtNanos = atNanos;
    }
    missing = missing(atNanos) + amount;
  }

  /** What counts as used now. */
  double used(long nowNanos) {
    return switch (span) {
      case SLIDING -> use.sum(nowNanos);
      case BUCKET -> missing(nowNanos);
      case FIXED -> offsets.used(use, nowNanos);
    };
  }

  /** An attempt was refused for which the limit is too high: lowers it to what explains that. */
  void lower(long amount, long nowNanos) {
    double explains =
        switch (span) {
          case SLIDING -> use.sum(nowNanos) + amount;
          case BUCKET -> steepest(amount, nowNanos);
          case FIXED -> offsets.mostUsed(use, nowNanos) + amount;
        };
    limit = Math.max((double) amount, Math.min(limit, explains - 1));
    if (span == Span.BUCKET) {
      missing = Math.max(0, limit - amount / 2.0);
      filledAtNanos = nowNanos;
    }
  }

  /** An attempt was accepted for which the limit is too low; what it asked for is in the window. */
  void raise(long nowNanos) {
    double accepted = span == Span.FIXED ? offsets.leastUsed(use, nowNanos) : used(nowNanos);
    limit = Math.max(limit, accepted);
  }

  /** An attempt was refused, so that there was no room for it. */
  void drain(long amount, long nowNanos) {
    if (span == Span.BUCKET && Double.isFinite(limit)) {
      missing = Math.max(missing(nowNanos), limit - amount + 1);
    }
  }

  /** An attempt was accepted, so that no more can be missing than there is. */
  void refill(long nowNanos) {
    if (span == Span.BUCKET) {
      missing = Math.min(missing(nowNanos), limit);
    }
  }

  /** Updates the guesses of when a minute begins. */
  void learnOffsets(boolean accepted, long amount, long nowNanos) {
    if (span == Span.FIXED && Double.isFinite(limit)) {
      offsets.learn(accepted, use, amount, limit, nowNanos);
    }
  }

  /**
   * The largest bucket that would refuse so much now: over all spans {@code t} of the last minute,
   * what was taken in it by {@code 1 + t / 60 s}.
   */
  private double steepest(long amount, long nowNanos) {
    long newest = use.second(nowNanos);
    double taken = amount;
    double most = amount;
    for (int age = 0; age < UsageWindow.SECONDS; age++) {
      taken += use.at(newest - age);
      most = Math.max(most, taken / (1 + age / (double) UsageWindow.SECONDS));
    }
    return most;
  }

  private double missing(long nowNanos) {
    long elapsed = nowNanos - filledAtNanos;
    if (elapsed > 0) {
      missing = Double.isInfinite(limit) ? 0 : Math.max(0, missing - limit * (elapsed * MINUTES));
      filledAtNanos = nowNanos;
    }
    return missing;
  }
}
