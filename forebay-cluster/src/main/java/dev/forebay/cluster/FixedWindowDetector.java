package dev.forebay.cluster;

import dev.forebay.core.admission.QuotaEvidence;
import java.time.Duration;

/**
 * Whether the service counts one configured quota by minutes and not by a bucket, as the members
 * have found out together.
 *
 * <pre>
 * by minutes   for 15 min after a member was refused two recent attempts that are 1 % of its own, though all
 *              together had kept to a bucket
 * by a bucket  otherwise
 * </pre>
 *
 * <p>Where it counts by minutes, what is in progress at their end is lost to them, so that a few
 * percent of what a bucket allows are refused at each one's end. One member that sees it informs
 * the others. It is not for ever: others may have used the quota at that time. Not thread-safe.
 */
final class FixedWindowDetector {
  static final long HOLDS_MILLIS = Duration.ofMinutes(15).toMillis();
  private static final long SETTLES_MILLIS = Duration.ofMinutes(1).toMillis();
  private static final double REFUSED = 0.01;

  private boolean isConfigured;
  private final RecentRefusals refusals = new RecentRefusals();
  private long untilMillis = Long.MIN_VALUE;
  private long sinceMillis = Long.MAX_VALUE;
  private boolean failed;
  private long againMillis;

  /**
   * By a bucket.
   *
   * @param isConfigured whether the quota is; one that is learned has this in its figure
   */
  FixedWindowDetector(boolean isConfigured) {
    this.isConfigured = isConfigured;
  }

  /** The quota has other figures now, of which earlier refusals say nothing. */
  void requota(boolean nowConfigured) {
    isConfigured = nowConfigured;
    refusals.clear();
  }

  boolean isWindowed(long nowMillis) {
    return nowMillis < untilMillis;
  }

  /** How long that holds yet. */
  long leftMillis(long nowMillis) {
    return untilMillis - nowMillis;
  }

  /** The others could not be informed: it is published again after a while. */
  void failed(long nowMillis) {
    failed = true;
    againMillis = nowMillis + FactPublisher.AGAIN_MILLIS;
  }

  /** Whether that has just been found out, so that the others must learn it. */
  boolean isFound(QuotaEvidence seen, long nowMillis) {
    refusals.note(seen, nowMillis);
    if (failed && isWindowed(nowMillis) && nowMillis >= againMillis) {
      failed = false;
      return true;
    }
    if (!isConfigured || isWindowed(nowMillis) || !refusals.areMany(REFUSED)) {
      return false;
    }
    is(HOLDS_MILLIS, nowMillis);
    failed = false;
    return true;
  }

  /**
   * Whether more refusals have another reason: the minute is over in which all had used too much.
   */
  boolean isSettled(long nowMillis) {
    return !isConfigured || nowMillis - SETTLES_MILLIS >= sinceMillis;
  }

  /** It counts by minutes for so long. */
  void is(long millis, long nowMillis) {
    if (!isWindowed(nowMillis)) {
      sinceMillis = nowMillis;
    }
    untilMillis = Math.max(untilMillis, nowMillis + millis);
  }
}
