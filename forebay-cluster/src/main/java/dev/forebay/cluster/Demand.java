package dev.forebay.cluster;

import dev.forebay.core.admission.QuotaUse;
import java.time.Duration;

/**
 * What part of a quota a member could use, by its recent use and the calls that wait.
 *
 * <pre>
 * wants = max(fair / 2, 1.25 * rate + owed / 1 s), at most the whole; 0 after 2 s without use
 * rate  = seconds of the quota that were used in a second, averaged over the last one
 * </pre>
 *
 * <p>The quarter fills the bucket again after a burst, and lets a need that grows slowly never
 * wait; half of the fair part is there at once for a need that grows fast. Not thread-safe.
 */
final class Demand {
  private static final double MORE = 1.25;
  private static final double AVERAGED_SECONDS = 1;
  private static final long IDLE_MILLIS = Duration.ofSeconds(2).toMillis();

  private double tokens;
  private double output;
  private double calls;
  private double rate;
  private long atMillis;
  private long usedMillis;
  private boolean begun;
  private boolean everUsed;

  /** What is wanted now, in millionths of the quota. */
  int wants(QuotaUse use, double fair, long nowMillis) {
    boolean used = differs(use) || use.owedSeconds() > 0;
    if (begun && nowMillis > atMillis) {
      double seconds = (nowMillis - atMillis) / 1_000.0;
      double now =
          Math.max(
              use.tokenSeconds() - tokens,
              Math.max(use.outputSeconds() - output, use.callSeconds() - calls));
      double weight = 1 - Math.exp(-seconds / AVERAGED_SECONDS);
      // Sums that begin anew are no use given back.
      rate = Math.max(0, rate + weight * (Math.max(-1, now / seconds) - rate));
    }
    begun = true;
    atMillis = nowMillis;
    tokens = use.tokenSeconds();
    output = use.outputSeconds();
    calls = use.callSeconds();
    if (used) {
      everUsed = true;
      usedMillis = nowMillis;
    }
    if (!use.limited() || !everUsed || nowMillis - usedMillis >= IDLE_MILLIS) {
      rate = 0;
      return 0;
    }
    double wants = Math.max(fair / 2, MORE * rate + use.owedSeconds());
    return (int) Math.ceil(Grant.WHOLE * Math.min(1, wants));
  }

  private boolean differs(QuotaUse use) {
    return use.tokenSeconds() != tokens
        || use.outputSeconds() != output
        || use.callSeconds() != calls;
  }
}
