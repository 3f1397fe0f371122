package dev.forebay.cluster;

import dev.forebay.core.admission.QuotaEvidence;

/**
 * How many of the attempts on one target the service refused for its quota's sake: sums of which
 * 1/e is left after 20 s. Not thread-safe.
 */
final class RecentRefusals {
  private static final double LATELY_MILLIS = 20_000;

  /** A single one is chance. */
  private static final double ENOUGH = 1.5;

  private boolean noted;
  private long attempts;
  private long refusals;
  private double lately;
  private double refusedLately;
  private long notedMillis;

  /** Adds what came since the last time. Counters that begin, or begin anew, do not say when. */
  void note(QuotaEvidence seen, long nowMillis) {
    double kept = Math.exp((notedMillis - nowMillis) / LATELY_MILLIS);
    boolean goesOn = noted && seen.attempts() >= attempts && seen.refusals() >= refusals;
    noted = true;
    notedMillis = nowMillis;
    lately = lately * kept + (goesOn ? seen.attempts() - attempts : 0);
    refusedLately = refusedLately * kept + (goesOn ? seen.refusals() - refusals : 0);
    attempts = seen.attempts();
    refusals = seen.refusals();
  }

  /** Whether there are two, and at least that part of the attempts. */
  boolean areMany(double part) {
    return refusedLately >= ENOUGH && refusedLately >= part * lately;
  }

  /** Whether hardly one is left of them. */
  boolean areOver() {
    return refusedLately < 1;
  }

  /** Starts anew: what was refused so far says nothing about what comes. */
  void clear() {
    lately = 0;
    refusedLately = 0;
  }
}
