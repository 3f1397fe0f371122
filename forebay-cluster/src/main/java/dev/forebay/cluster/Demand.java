package dev.forebay.cluster;

import dev.forebay.core.admission.QuotaConsumption;
import java.time.Duration;

/**
 * What part of a quota a member could use, by the calls that come and those that wait.
 *
 * <pre>
 * wants = need + part * surplus, at most the whole; 0 after 2 s without use
 * need  = rate + owed / 1 s
 * rate  = seconds of the quota that calls asked for in a second, whether they were begun or wait,
 *         averaged over half a second
 * surplus  = max(fair / 2 - need, rate / 4)
 * part  = 1; halves in 250 ms while all members want more than there is, and is whole again after
 *         8 s
 * </pre>
 *
 * <p>The surplus is there at once for a need that grows, and its quarter fills the bucket again
 * after a burst. Where the quota is short, needs come first: what members only surplus would be
 * missed where calls wait. It grows slowly, so that members do not take and give back in turn. Not
 * thread-safe.
 */
final class Demand {
  private static final double MORE = 0.25;
  private static final double AVERAGED_SECONDS = 0.5;
  private static final double HALVES_SECONDS = 0.25;
  private static final double GROWS_SECONDS = 8;
  private static final long IDLE_MILLIS = Duration.ofSeconds(2).toMillis();

  private double tokens;
  private double output;
  private double calls;
  private double owed;
  private double rate;
  private double part = 1;
  private long atMillis;
  private long usedMillis;
  private boolean begun;
  private boolean everUsed;

  /**
   * What is wanted now, in millionths of the quota.
   *
   * @param scarce whether all members together want more than there is
   */
  int wants(QuotaConsumption use, double fair, boolean scarce, long nowMillis) {
    boolean used = differs(use) || use.owedSeconds() > 0;
    if (begun && nowMillis > atMillis) {
      double seconds = (nowMillis - atMillis) / 1_000.0;
      double came = use.owedSeconds() - owed + used(use);
      double weight = 1 - Math.exp(-seconds / AVERAGED_SECONDS);
      // Sums that begin anew are no use given back.
      rate = Math.max(0, rate + weight * (Math.max(-1, came / seconds) - rate));
      part =
          scarce
              ? part * Math.pow(0.5, seconds / HALVES_SECONDS)
              : Math.min(1, part + seconds / GROWS_SECONDS);
    }
    begun = true;
    atMillis = nowMillis;
    tokens = use.tokenSeconds();
    output = use.outputSeconds();
    calls = use.callSeconds();
    owed = use.owedSeconds();
    if (used) {
      everUsed = true;
      usedMillis = nowMillis;
    }
    if (!use.limited() || !everUsed || nowMillis - usedMillis >= IDLE_MILLIS) {
      rate = 0;
      return 0;
    }
    double need = rate + owed;
    double surplus = Math.max(fair / 2 - need, MORE * rate);
    return (int) Math.ceil(Grant.WHOLE * Math.min(1, need + part * surplus));
  }

  /** Since the last time, of the quota that was used most. */
  private double used(QuotaConsumption use) {
    return Math.max(
        use.tokenSeconds() - tokens,
        Math.max(use.outputSeconds() - output, use.callSeconds() - calls));
  }

  private boolean differs(QuotaConsumption use) {
    return use.tokenSeconds() != tokens
        || use.outputSeconds() != output
        || use.callSeconds() != calls;
  }
}
