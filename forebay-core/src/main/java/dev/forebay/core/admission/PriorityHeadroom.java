package dev.forebay.core.admission;

import dev.forebay.core.Priority;
import java.time.Duration;

/**
 * What a class leaves of the quota to more urgent ones, so that a batch does not fill the minute
 * and keep the interactive calls waiting that come later in it.
 *
 * <pre>
 * goes   if as much is left as the more urgent classes asked for over the last minute,
 *        or while all together keep to the quota's mean rate: a bucket of 2 s of it, or of six such calls, has what is asked for, or is full
 * </pre>
 *
 * <p>Where more urgent classes asked for nothing, nothing is left to them. Not thread-safe: its
 * {@link Limiter} guards it.
 */
final class PriorityHeadroom {
  private static final double BURST_MINUTES = 2.0 / 60;
  private static final int BURST_CALLS = 6;

  /** After a burst of the most urgent class the others wait for no longer than this. */
  private static final double MOST_MINUTES = 0.5;

  /**
   * Lower classes that are held back for longer than a minute without a throttle get more and more:
   * a limit at which no call is refused may be too low.
   */
  private static final double HELD_NANOS = Duration.ofSeconds(60).toNanos();

  private static final double HELD_MORE_NANOS = Duration.ofSeconds(30).toNanos();

  private final UsageWindow interactive;
  private final UsageWindow standard;
  private double missing;
  private long atNanos;

  /** For how long lower classes were held back since the last throttle. */
  private double heldNanos;

  private long heldAtNanos;

  PriorityHeadroom(long nowNanos) {
    interactive = new UsageWindow(nowNanos);
    standard = new UsageWindow(nowNanos);
    atNanos = nowNanos;
  }

  /** What more urgent classes asked for over the last minute. */
  long wanted(Priority priority, long nowNanos) {
    return switch (priority) {
      case INTERACTIVE -> 0;
      case STANDARD -> interactive.sum(nowNanos);
      case BATCH -> interactive.sum(nowNanos) + standard.sum(nowNanos);
    };
  }

  /**
   * Whether the mean rate is kept to.
   *
   * @param perMinute infinite if there is no limit
   */
  boolean isPaced(long tokens, double perMinute, long nowNanos) {
    refill(perMinute, nowNanos);
    return missing == 0
        || missing + tokens <= Math.max((double) BURST_CALLS * tokens, BURST_MINUTES * perMinute);
  }

  /** A call of a lower class waits because more urgent ones need the capacity. */
  void held(long nowNanos) {
    heldNanos += Math.clamp(nowNanos - heldAtNanos, 0, Limiter.LOOK_NANOS);
    heldAtNanos = nowNanos;
  }

  /** The service refused an attempt for its quota's sake: no limit is too low. */
  void throttled() {
    heldNanos = 0;
  }

  /** What all together may use in a minute, of which so much is known to be there. */
  double pace(double knownPerMinute) {
    return heldNanos <= HELD_NANOS
        ? knownPerMinute
        : knownPerMinute * (1 + (heldNanos - HELD_NANOS) / HELD_MORE_NANOS);
  }

  void take(Reservation asked, double perMinute, long nowNanos) {
    if (Double.isFinite(perMinute)) {
      refill(perMinute, nowNanos);
      missing = Math.min(missing + asked.tokens(), MOST_MINUTES * perMinute);
    }
  }

  void settle(Reservation held, long used) {
    missing = Math.max(0, missing + used - held.tokens());
  }

  /** A call comes, whether it is let in at once or waits. */
  void arrived(Reservation asked, long nowNanos) {
    switch (asked.call().priority()) {
      case INTERACTIVE -> interactive.take(asked.tokens(), nowNanos);
      case STANDARD -> standard.take(asked.tokens(), nowNanos);
      case BATCH -> {}
    }
  }

  private void refill(double perMinute, long nowNanos) {
    long elapsed = nowNanos - atNanos;
    if (elapsed > 0) {
      missing =
          Double.isInfinite(perMinute)
              ? 0
              : Math.max(0, missing - perMinute * (elapsed * QuotaHypothesis.MINUTES));
      atNanos = nowNanos;
    }
  }
}
