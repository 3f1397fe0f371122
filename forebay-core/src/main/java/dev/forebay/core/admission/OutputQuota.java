package dev.forebay.core.admission;

import dev.forebay.core.Call;
import dev.forebay.core.estimate.QuantileEstimate;

/**
 * A quota of output tokens beside that of input. An attempt takes the usual output, which is what
 * nine of ten answers have at most, and settles at what it made.
 *
 * <pre>
 * refill   part(t) * quota / 60 a second; see {@link QuotaSlice}
 * size     10 s of it, or the largest output that was asked for
 * </pre>
 *
 * <p>Not thread-safe: its {@link Limiter} guards it.
 */
final class OutputQuota {
  private static final double USUAL = 0.9;

  /** Before anything is known of a model's answers. */
  private static final long FIRST_USUAL = 500;

  private final double perSecond;
  private final Bucket bucket;
  private final QuantileEstimate usual = new QuantileEstimate(USUAL, QuantileEstimate.USUAL_STEP);
  private QuotaSlice slice = QuotaSlice.WHOLE;
  private long largest;

  /** A bucket that is full. */
  OutputQuota(double perSecond, long nowNanos) {
    this.perSecond = perSecond;
    long burst = SharedQuota.burst(perSecond);
    bucket = new Bucket(burst, burst, nowNanos);
  }

  /** Counts by this part from now on. What has come until now came by the last one. */
  void slice(QuotaSlice next, long nowNanos) {
    refill(nowNanos);
    slice = next;
    refill(nowNanos);
  }

  /** What such a call takes. */
  int asks(Call call, long nowNanos) {
    long known = usual.value(nowNanos);
    long likely = Math.min(call.maxOutputTokens(), known == 0 ? FIRST_USUAL : known);
    int asked = (int) Math.min(SharedQuota.burst(perSecond), likely);
    largest = Math.max(largest, asked);
    return asked;
  }

  boolean has(int asked, long nowNanos) {
    refill(nowNanos);
    return bucket.has(asked);
  }

  /** Takes what {@link #has} has just shown to be there. */
  void take(int asked) {
    bucket.take(asked);
  }

  void settle(int taken, long made, long nowNanos) {
    refill(nowNanos);
    bucket.settle(taken, made);
  }

  /** An answer came with so much output. */
  void learn(int made, long nowNanos) {
    usual.add(made, nowNanos);
  }

  /** The time until that much fits, in nanoseconds, if no other call takes anything. */
  long waitNanos(long asked, long nowNanos) {
    refill(nowNanos);
    return bucket.waitNanos(asked, perSecond * slice.foreseen(nowNanos));
  }

  private void refill(long nowNanos) {
    SharedQuota.refill(bucket, perSecond, slice, nowNanos);
    bucket.resize(Math.max(largest, SharedQuota.burst(perSecond * slice.foreseen(nowNanos))));
  }
}
