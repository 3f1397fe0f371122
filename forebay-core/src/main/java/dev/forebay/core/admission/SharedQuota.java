package dev.forebay.core.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The part of a quota, configured or learned together, that this process may use where several
 * share it: buckets that are filled at the part's rate. What a process was not given it does not
 * use, whatever it believes of how the service counts, so that all together keep to the quota.
 *
 * <pre>
 * refill   part(t) * quota / 60 a second, times a factor; see {@link QuotaSlice}
 * size     10 s of it, or the largest call
 * factor   1; by 0.95 for refusals that are no chance, once a second; 0.01 more in each second, up to 1
 * settle   used                                                where the service counts by a bucket
 *          used + max(0, taken - used) * min(1, took / 60 s)   where it counts by minutes
 * </pre>
 *
 * <p>At any time a minute has what calls have used that began in it, and what those have taken that
 * are in progress; so a call that takes {@code took} counts with all that it has taken for that
 * part of a minute. At a steady rate the calls of a minute then fill it exactly.
 *
 * <p>The factor follows what others than these processes use. Not thread-safe: its {@link Limiter}
 * guards it.
 */
final class SharedQuota {
  private static final Duration BURST = Duration.ofSeconds(10);
  private static final double LOWERED = 0.95;
  private static final double FACTOR_PER_SECOND = 0.01;
  private static final long SECOND = 1_000_000_000L;
  private static final double MINUTE = 60.0 * SECOND;

  private double tokensPerSecond;
  private final double requestsPerSecond;

  /** Null if the quota of tokens is not known. */
  private @Nullable Bucket tokens;

  /** Null if there is no quota of requests. */
  private final @Nullable Bucket requests;

  private QuotaSlice slice;
  private long largest;
  private double factor = 1;
  private long factorAtNanos;
  private long loweredAtNanos;

  /**
   * Buckets that are full.
   *
   * @param tokensPerSecond of the whole quota; 0 if it is not known
   * @param requestsPerSecond of the whole quota; 0 if there is none
   */
  SharedQuota(double tokensPerSecond, double requestsPerSecond, QuotaSlice slice, long nowNanos) {
    this.tokensPerSecond = tokensPerSecond;
    this.requestsPerSecond = requestsPerSecond;
    this.slice = slice;
    this.factorAtNanos = nowNanos;
    this.loweredAtNanos = nowNanos - SECOND;
    tokens = bucket(tokensPerSecond, slice.at(nowNanos), nowNanos);
    requests = bucket(requestsPerSecond, slice.foreseen(nowNanos), nowNanos);
  }

  private static @Nullable Bucket bucket(double perSecond, double share, long nowNanos) {
    long burst = burst(perSecond * share);
    return perSecond == 0 ? null : new Bucket(burst, burst, nowNanos);
  }

  /** The most that a bucket of this rate holds. */
  static long burst(double perSecond) {
    return Math.max(1, (long) (perSecond * BURST.toSeconds()));
  }

  /** Fills a bucket by the part that this process had since the last time. */
  static void refill(Bucket bucket, double perSecond, QuotaSlice slice, long nowNanos) {
    if (slice.hasChanged(nowNanos)) {
      bucket.refill(perSecond * slice.share(), slice.untilNanos());
    }
    bucket.refill(perSecond * slice.at(nowNanos), nowNanos);
  }

  /** Counts by this part from now on. What has come until now came by the last one. */
  void slice(QuotaSlice next, long nowNanos) {
    refill(0, nowNanos);
    slice = next;
    refill(0, nowNanos);
  }

  /**
   * The whole quota of tokens is so much from now on. One that was not known before has been
   * learned from a refusal, so that nothing is left of it.
   */
  void learn(double perSecond, long nowNanos) {
    refill(0, nowNanos);
    tokensPerSecond = perSecond;
    if (tokens == null) {
      tokens = new Bucket(burst(perSecond * slice.at(nowNanos)), 0, nowNanos);
      factorAtNanos = nowNanos;
    }
  }

  /** The whole quota of tokens a second; 0 if it is not known. */
  double tokensPerSecond() {
    return tokensPerSecond;
  }

  /** Whether the quota of tokens is known. */
  boolean limitsTokens() {
    return tokens != null;
  }

  /** Whether there is room for a call of so many tokens. */
  boolean has(long asked, long nowNanos) {
    refill(asked, nowNanos);
    return (tokens == null || tokens.has(asked)) && (requests == null || requests.has(1));
  }

  void take(long asked) {
    if (tokens != null) {
      tokens.take(asked);
    }
    if (requests != null) {
      requests.take(1);
    }
  }

  void settle(long taken, long used, long takenAtNanos, long nowNanos) {
    refill(0, nowNanos);
    if (tokens != null) {
      tokens.settle(taken, used + held(taken - used, nowNanos - takenAtNanos));
    }
  }

  /** What a reservation costs beyond its use. */
  private long held(long unused, long tookNanos) {
    return slice.windowed()
        ? (long) (Math.max(0, unused) * Math.clamp((double) tookNanos / MINUTE, 0, 1))
        : 0;
  }

  /**
   * An attempt was refused, and is settled: its turn is over, whatever came of it. Otherwise calls
   * would ask for it again at once, and all together for more than the quota.
   */
  void spend(long taken, long nowNanos) {
    refill(0, nowNanos);
    if (tokens != null) {
      tokens.settle(0, taken);
    }
  }

  /** The service did not count the request. */
  void giveBackRequest() {
    if (requests != null) {
      requests.settle(1, 0);
    }
  }

  /** The time until that much fits, in nanoseconds, if no other call takes anything. */
  long waitNanos(long asked, int calls, long nowNanos) {
    refill(0, nowNanos);
    double share = slice.foreseen(nowNanos);
    long wait = 0;
    if (tokens != null) {
      wait = tokens.waitNanos(asked, tokensPerSecond * factor * share);
    }
    return requests == null
        ? wait
        : Math.max(wait, requests.waitNanos(calls, requestsPerSecond * share));
  }

  /** The service refuses what this process may use: others than these processes use it too. */
  void lower(long nowNanos) {
    refill(0, nowNanos);
    if (nowNanos - loweredAtNanos >= SECOND) {
      loweredAtNanos = nowNanos;
      factor *= LOWERED;
    }
  }

  /** The tokens that are left, negative if in debt; 0 if the quota is not known. */
  long level(long nowNanos) {
    refill(0, nowNanos);
    return tokens == null ? 0 : tokens.level();
  }

  long capacity() {
    return tokens == null ? 0 : tokens.capacity();
  }

  private void refill(long asked, long nowNanos) {
    if (tokens != null) {
      size(tokens, asked, nowNanos);
      refill(tokens, tokensPerSecond * factor, slice, nowNanos);
      long passed = Math.max(0, nowNanos - factorAtNanos);
      factor = Math.min(1, factor + FACTOR_PER_SECOND * passed / SECOND);
      factorAtNanos = nowNanos;
    }
    if (requests != null) {
      requests.resize(burst(requestsPerSecond * slice.foreseen(nowNanos)));
      refill(requests, requestsPerSecond, slice, nowNanos);
    }
  }

  /** Where the bucket is full, little is in use: a larger call than all before has room at once. */
  private void size(Bucket bucket, long asked, long nowNanos) {
    boolean isFull = bucket.level() >= bucket.capacity();
    boolean grows = asked > largest;
    largest = Math.max(largest, asked);
    bucket.resize(Math.max(largest, burst(tokensPerSecond * factor * slice.at(nowNanos))));
    if (grows && isFull) {
      bucket.fill();
    }
  }
}
