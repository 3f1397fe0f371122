package dev.forebay.core.admission;

import dev.forebay.core.Checks;

/**
 * The part of a target's quotas that this process may use, where several processes share them: the
 * same part of tokens, output and requests, so that it needs no figures of theirs. It is known in
 * advance and ends by itself; no call ever asks for it.
 *
 * <pre>
 * part(t) = share   until it ends
 *           fair    from then on, until another slice replaces it
 * </pre>
 *
 * @param share from 0, nothing, to 1, all
 * @param untilNanos when it ends, by the clock of the calls
 * @param fair what the process may use without a share from the store: 1 / processes; more than 0,
 *     so that a process which is cut off goes on, and at most 1. Waits are foreseen by the larger
 *     of the two, since a process without a share gets one as soon as it needs it
 * @param learnedPerMinute the whole quota of tokens, as all processes together have learned it; 0
 *     while they have not. Counts only where none is configured
 * @param windowed whether the service was found to count by minutes, fixed or sliding, and not by a
 *     bucket: then a reservation counts beyond its attempt's end
 */
public record QuotaSlice(
    double share, long untilNanos, double fair, double learnedPerMinute, boolean windowed) {
  /** Of a process that shares no quota. */
  public static final QuotaSlice WHOLE = new QuotaSlice(1, 0, 1);

  /** A part of a configured quota. */
  public QuotaSlice(double share, long untilNanos, double fair) {
    this(share, untilNanos, fair, 0, false);
  }

  public QuotaSlice {
    Checks.check(share >= 0 && share <= 1, "share", "must be from 0 to 1", share);
    Checks.check(fair > 0 && fair <= 1, "fair", "must be more than 0 and at most 1", fair);
    Checks.check(
        learnedPerMinute >= 0 && learnedPerMinute < Double.POSITIVE_INFINITY,
        "learnedPerMinute",
        "must be finite and not negative",
        learnedPerMinute);
  }

  /** The part at that time. */
  double at(long nowNanos) {
    return untilNanos - nowNanos > 0 ? share : fair;
  }

  /** The part by which waits are foreseen; more than 0. */
  double foreseen(long nowNanos) {
    return Math.max(fair, at(nowNanos));
  }

  /** Whether the share still holds, so that a member updates this slice before it ends. */
  boolean isCurrent(long nowNanos) {
    return untilNanos - nowNanos > 0;
  }

  /** Whether it has ended, and the part differs since then. */
  boolean hasChanged(long nowNanos) {
    return share != fair && untilNanos - nowNanos <= 0;
  }
}
