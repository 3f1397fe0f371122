package dev.forebay.core.admission;

import dev.forebay.core.Checks;
import dev.forebay.core.estimate.LastMinute;
import dev.forebay.core.estimate.QuantileEstimate;
import java.time.Duration;
import java.util.Map;

/**
 * The learned rate, in tokens per second, of a quota that is unknown or shared with others: CUBIC,
 * by time instead of round trips.
 *
 * <pre>
 * measured = tokens of the answers of the last 60 s / 60
 * cut        W = min(r, measured), t = 0; the first time the known quota, if there is one: one
 *            throttle may mean no more than that the service's minute began at another moment; no
 *            cut either while the last minute's answers are 0.9 of it, since then nobody else uses
 *            it
 * r(t)     = W * (1 + 0.1 * ((t - K) / K)^3)        K = max(20 s, time of 5 median calls), up to 45 s
 * bounds     r &lt;= 2 * max(measured, W), r &gt;= a median call in 30 s, r &lt;= the known quota and
 *            &gt;= a quarter of it, since not every throttle is for the quota's sake
 * </pre>
 *
 * <p>Quotas are per minute, and it is not known whether the service keeps a token bucket, a sliding
 * minute or fixed minutes. At the moment of a throttle the last minute's answers are the quota in
 * all three, hence W. Fixed minutes refuse everything from the moment the quota is spent until the
 * minute ends; lower rates would not help, so consecutive throttles cut once and lengthen a pause
 * instead:
 *
 * <pre>
 * throttle   pause = max(1 s, time of one median call, at most 10 s)
 * pause over one call is sent as a probe; nobody follows for 0.5 s, in which a refusal would come
 * refused    pause = 2 * pause, up to 8 times the first, 30 s; twice if the quota is known; no cut
 * silence    the flow goes on; only a throttle of a call sent after that may cut again
 * </pre>
 *
 * <p>The rate is infinite, or the known quota, while there is no evidence: a throttle with ten
 * answers in the minute before it, not older than ten minutes, and any answer in the last minute. A
 * lone call that is throttled is held back by its own backoff only.
 *
 * <p>The owner asks {@link #pauseUntilNanos} before each attempt and reports it by {@link #sent};
 * its own bucket stands still during a pause, lest a burst follow, if {@link #losesPauses}.
 * Evidence for the figures is in {@code docs/design-decisions.md}. Not thread-safe.
 */
final class CubicRate {
  /** How far the first rate after a cut lies under the one that was throttled. */
  static final double DEPTH = 0.1;

  static final Duration MIN_PLATEAU = Duration.ofSeconds(20);
  static final Duration MAX_PLATEAU = Duration.ofSeconds(45);

  /** So that at a few calls a minute not every third one is a probe of the limit. */
  static final int PLATEAU_CALLS = 5;

  static final Duration MIN_PAUSE = Duration.ofSeconds(1);
  static final Duration MAX_FIRST_PAUSE = Duration.ofSeconds(10);
  static final Duration MAX_PAUSE = Duration.ofSeconds(30);
  static final int PAUSE_GROWTH = 8;

  /** A known quota comes back in full, and a long pause would overlook for how long it has. */
  static final int KNOWN_PAUSE_GROWTH = 2;

  /** A refusal comes within a few round trips, an answer may take minutes. */
  static final Duration PROBE_SILENCE = Duration.ofMillis(500);

  /** How soon after a pause a throttle shows that little of the quota was back. */
  static final Duration SOON = Duration.ofSeconds(10);

  static final int FEW_CALLS = 3;
  static final int MANY_CALLS = 10;

  /** The share of a known quota from which on a throttle says nothing of others. */
  static final double OWN_USE = 0.9;

  static final Duration FLOOR = Duration.ofSeconds(30);

  /** The share of a known quota that no throttles take away: the pauses have to answer those. */
  static final double KNOWN_FLOOR = 0.25;

  static final int EVIDENCE_CALLS = 10;
  static final Duration EVIDENCE_AGE = Duration.ofMinutes(10);

  private static final double SECONDS = 60;

  private final double knownTokensPerSecond;
  private final LastMinute answered;
  private final QuantileEstimate callTokens =
      new QuantileEstimate(0.5, QuantileEstimate.USUAL_STEP);

  private boolean everCut;
  private double plateau;
  private double plateauNanos;
  private long cutAtNanos;
  private long throttledAtNanos;
  private long pauseNanos;
  private long pauseUntilNanos;

  /** Whether the quota is not back at once when a pause is over. */
  private boolean trickles;

  /** Whether the next attempt is the probe of a pause. */
  private boolean probeDue;

  private long probeSentAtNanos;

  /**
   * A rate of which nothing is known yet but a bound.
   *
   * @param knownTokensPerSecond the quota, which may be shared; infinite if unknown
   */
  CubicRate(double knownTokensPerSecond, long nowNanos) {
    Checks.check(knownTokensPerSecond > 0, "known rate", "must be positive", knownTokensPerSecond);
    this.knownTokensPerSecond = knownTokensPerSecond;
    this.answered = new LastMinute(nowNanos);
    this.pauseUntilNanos = nowNanos;
  }

  /** An attempt was answered, and the service charged these tokens for it. */
  void settled(long tokens, long nowNanos) {
    answered.add(tokens, nowNanos);
    callTokens.add(tokens, nowNanos);
  }

  /** An attempt begins now. */
  void sent(long nowNanos) {
    if (probeDue) {
      probeDue = false;
      probeSentAtNanos = nowNanos;
      pauseUntilNanos = nowNanos + PROBE_SILENCE.toNanos();
    }
  }

  /**
   * An attempt was throttled.
   *
   * @param sentAtNanos when it began
   * @param epochNanos the least time between two cuts: {@code max(2 s, median time to the first
   *     token)}
   * @return whether this cut the rate
   */
  boolean throttled(long sentAtNanos, long epochNanos, long nowNanos) {
    boolean first = !isLearned(nowNanos);
    if (first && answered.calls(nowNanos) < EVIDENCE_CALLS) {
      return false;
    }
    throttledAtNanos = nowNanos;
    if (!first && isOfThisPause(sentAtNanos)) {
      if (!probeDue && sentAtNanos - probeSentAtNanos >= 0) {
        pause(Math.min(longestPauseNanos(nowNanos), 2 * pauseNanos), nowNanos);
      }
      return false;
    }
    if (first) {
      trickles = !isQuotaKnown();
    } else if (nowNanos - pauseUntilNanos < SOON.toNanos()) {
      trickles |= pauseNanos > firstPauseNanos(nowNanos);
    }
    boolean cuts = first || (nowNanos - cutAtNanos >= epochNanos && !isOwnUse(nowNanos));
    if (cuts) {
      boolean knows = first && isQuotaKnown();
      double measured = measuredTokensPerSecond(nowNanos);
      cut(knows ? knownTokensPerSecond : Math.min(tokensPerSecond(nowNanos), measured), nowNanos);
      if (knows) {
        // Past the plateau at once: the pause alone answers the first throttle.
        cutAtNanos = nowNanos - (long) (2 * plateauNanos);
      }
    }
    pause(firstPauseNanos(nowNanos), nowNanos);
    return cuts;
  }

  /** The rate to hold to now. */
  double tokensPerSecond(long nowNanos) {
    if (!isLearned(nowNanos)) {
      return knownTokensPerSecond;
    }
    double x = (nowNanos - cutAtNanos - plateauNanos) / plateauNanos;
    double highest = 2 * Math.max(answered.tokens(nowNanos) / SECONDS, plateau);
    double rate = Math.min(highest, plateau * (1 + DEPTH * x * x * x));
    return Math.min(knownTokensPerSecond, Math.max(rate, floor(nowNanos)));
  }

  /**
   * Whether what a pause withheld must be let go. A service that counts by full minutes has its
   * whole quota back when a minute ends, and a known rate may be made up for; where a throttle
   * comes soon after a long pause, the quota comes back as slowly as it was used.
   */
  boolean losesPauses(long nowNanos) {
    return trickles
        || isNotWorthMakingUp(nowNanos)
        || tokensPerSecond(nowNanos) < knownTokensPerSecond;
  }

  /**
   * Whether a first pause is better lost: it withholds so few calls that they are not worth a
   * refusal, or so many that they would be refused as one if the quota was not back after all.
   * Longer pauses end with the service's minute.
   */
  private boolean isNotWorthMakingUp(long nowNanos) {
    double calls = (double) pauseNanos / callNanos(nowNanos);
    return pauseNanos <= firstPauseNanos(nowNanos) && (calls < FEW_CALLS || calls > MANY_CALLS);
  }

  /** Until when no attempt should begin; not later than now if one may. */
  long pauseUntilNanos(long nowNanos) {
    return isLearned(nowNanos) ? pauseUntilNanos : nowNanos;
  }

  /** What another process needs to go on from here; empty while there is no evidence. */
  Map<String, Double> learned(long nowNanos) {
    return isLearned(nowNanos)
        ? Map.of(
            "plateau", plateau,
            "plateauSeconds", plateauNanos / 1e9,
            "sinceCutSeconds", (nowNanos - cutAtNanos) / 1e9,
            "sinceThrottleSeconds", (nowNanos - throttledAtNanos) / 1e9,
            "pauseSeconds", pauseNanos / 1e9,
            "pauseLeftSeconds", Math.max(0, pauseUntilNanos - nowNanos) / 1e9,
            "trickles", trickles ? 1.0 : 0.0,
            "measured", measuredTokensPerSecond(nowNanos),
            "callTokens", (double) callTokens.value(nowNanos))
        : Map.of();
  }

  /** Goes on from what was {@link #learned} so long ago; from nothing if that says nothing. */
  void recall(Map<String, Double> learned, long ageNanos, long nowNanos) {
    double rate = value(learned, "plateau");
    double measured = value(learned, "measured");
    long callSize = (long) value(learned, "callTokens");
    long silence = nanos(learned, "sinceThrottleSeconds") + ageNanos;
    if (rate <= 0 || measured <= 0 || callSize <= 0 || silence >= EVIDENCE_AGE.toNanos()) {
      return;
    }
    everCut = true;
    plateau = rate;
    plateauNanos =
        Math.clamp(nanos(learned, "plateauSeconds"), MIN_PLATEAU.toNanos(), MAX_PLATEAU.toNanos());
    cutAtNanos = nowNanos - nanos(learned, "sinceCutSeconds") - ageNanos;
    throttledAtNanos = nowNanos - silence;
    trickles = value(learned, "trickles") > 0;
    pauseNanos = Math.min(MAX_PAUSE.toNanos(), nanos(learned, "pauseSeconds"));
    pauseUntilNanos = nowNanos + Math.max(0, nanos(learned, "pauseLeftSeconds") - ageNanos);
    probeDue = pauseUntilNanos - nowNanos > 0;
    // The evidence of the last minute, as calls of the usual size.
    long calls = Math.clamp((long) (measured * SECONDS / callSize), 1, EVIDENCE_CALLS);
    for (int i = 0; i < calls; i++) {
      answered.add((long) (measured * SECONDS / calls), nowNanos);
      callTokens.add(callSize, nowNanos);
    }
  }

  private static double value(Map<String, Double> learned, String name) {
    double value = learned.getOrDefault(name, 0.0);
    return value > 0 && value < 1e15 ? value : 0;
  }

  private static long nanos(Map<String, Double> learned, String name) {
    return (long) (1e9 * Math.min(value(learned, name), (double) EVIDENCE_AGE.toSeconds()));
  }

  /** Whether there is evidence for a rate. */
  boolean isLearned(long nowNanos) {
    return everCut
        && nowNanos - throttledAtNanos < EVIDENCE_AGE.toNanos()
        && answered.calls(nowNanos) > 0;
  }

  /** What the service has charged for answers, over the last minute. */
  double measuredTokensPerSecond(long nowNanos) {
    return answered.tokens(nowNanos) / SECONDS;
  }

  /** Whether an attempt began before the flow went on after the last pause. */
  private boolean isOfThisPause(long sentAtNanos) {
    return probeDue || sentAtNanos - pauseUntilNanos < 0;
  }

  /**
   * Whether what was used here explains a throttle, so that nobody else takes part of the quota.
   */
  private boolean isOwnUse(long nowNanos) {
    return measuredTokensPerSecond(nowNanos) >= OWN_USE * knownTokensPerSecond;
  }

  private void cut(double rate, long nowNanos) {
    everCut = true;
    plateau = Math.max(rate, floor(nowNanos));
    plateauNanos =
        Math.clamp(
            PLATEAU_CALLS * callNanos(nowNanos), MIN_PLATEAU.toNanos(), MAX_PLATEAU.toNanos());
    cutAtNanos = nowNanos;
  }

  private void pause(long nanos, long nowNanos) {
    probeDue = true;
    pauseNanos = nanos;
    pauseUntilNanos = nowNanos + nanos;
  }

  private long firstPauseNanos(long nowNanos) {
    return Math.clamp(callNanos(nowNanos), MIN_PAUSE.toNanos(), MAX_FIRST_PAUSE.toNanos());
  }

  private long longestPauseNanos(long nowNanos) {
    int growth = isQuotaKnown() ? KNOWN_PAUSE_GROWTH : PAUSE_GROWTH;
    return Math.min(MAX_PAUSE.toNanos(), growth * firstPauseNanos(nowNanos));
  }

  private boolean isQuotaKnown() {
    return Double.isFinite(knownTokensPerSecond);
  }

  /** How long a median call takes at the plateau's rate, at most a minute. */
  private long callNanos(long nowNanos) {
    return plateau == 0 ? 0 : (long) (1e9 * Math.min(60, callTokens.value(nowNanos) / plateau));
  }

  private double floor(long nowNanos) {
    double told = isQuotaKnown() ? KNOWN_FLOOR * knownTokensPerSecond : 0;
    return Math.max(told, callTokens.value(nowNanos) / (double) FLOOR.toSeconds());
  }
}
