package dev.forebay.cluster;

import dev.forebay.core.admission.QuotaEvidence;

/**
 * A quota of tokens that no configuration tells, as all members learn it together: one figure for
 * the sum of what they use, which the store keeps. Each member proposes another one by what it
 * sees, and the store takes the first proposal that is made from the figure in force, so that many
 * who are refused at once lower it once.
 *
 * <pre>
 * first    what a member has learned by itself * members
 * lower    by two refusals lately that are 3 % of the attempts, once in 3 s: to what all have used over the last minute,
 *          own use / own part, but by 5 % at least and 15 % at most
 * raise    where calls wait, nothing was refused lately or has changed for 2 s: by 0.4 %, twice as much for each 15 s since
 *          it was lowered, up to 4 %; before that by 10 %, by those that proposed the first
 * </pre>
 *
 * <p>So it stays a little below what is refused, which lets a service that counts by a bucket save
 * something up, and a quota that was raised is found within minutes.
 *
 * <p>Not thread-safe.
 */
final class LearnedRate {
  static final double LEAST_LOWERED = 0.95;
  static final double MOST_LOWERED = 0.85;
  static final double RAISED = 0.004;
  static final double MOST_RAISED = 0.04;

  /** A first refusal may come before a minute was full, so that the first figure is too low. */
  static final double FIRST_RAISED = 0.1;

  static final double DOUBLING_MILLIS = 15_000;
  static final long LOWER_MILLIS = 3_000;
  static final long RAISE_MILLIS = 2_000;

  private static final double LATELY_MILLIS = 20_000;
  private static final double MOST_REFUSED = 0.03;

  /** A single one is chance. */
  private static final double ENOUGH = 1.5;

  /** Less says little of the rest. */
  private static final double LEAST_PART = 0.01;

  private static final long AGAIN_MILLIS = 500;
  private static final long LEAST = 1;

  private long perMinute;

  /** Whether the store has lost it. */
  private boolean lost;

  private long attempts;
  private long refusals;

  /** Those of about the last 20 s, since it was lowered. */
  private double lately;

  private double refusedLately;
  private long lookedMillis;
  private long changedMillis;
  private boolean searches;

  /** Or heard of for the first time. */
  private long loweredMillis;

  private boolean proposed;
  private long proposedMillis;

  /** The figure in force; 0 for none. */
  long perMinute() {
    return perMinute;
  }

  /** What the store has of it. */
  long stored() {
    return lost ? 0 : perMinute;
  }

  /** What to propose now in place of the figure in force; 0 for nothing. */
  long proposes(QuotaEvidence seen, boolean waits, double part, int members, long nowMillis) {
    look(seen, nowMillis);
    if (proposed && nowMillis - proposedMillis < AGAIN_MILLIS) {
      return 0;
    }
    searches |= perMinute == 0 && seen.perMinute() > 0;
    long next =
        lost
            ? perMinute
            : perMinute == 0 ? first(seen, members) : next(seen, waits, part, nowMillis);
    if (next > 0) {
      proposed = true;
      proposedMillis = nowMillis;
    }
    return next;
  }

  private void look(QuotaEvidence seen, long nowMillis) {
    double kept = Math.exp((lookedMillis - nowMillis) / LATELY_MILLIS);
    lookedMillis = nowMillis;
    lately = lately * kept + seen.attempts() - attempts;
    refusedLately = refusedLately * kept + seen.refusals() - refusals;
    attempts = seen.attempts();
    refusals = seen.refusals();
  }

  private static long first(QuotaEvidence seen, int members) {
    return seen.perMinute() > 0 ? whole(seen.perMinute() * members) : 0;
  }

  private long next(QuotaEvidence seen, boolean waits, double part, long nowMillis) {
    boolean refused = refusedLately >= ENOUGH && refusedLately >= MOST_REFUSED * lately;
    if (nowMillis - loweredMillis < LOWER_MILLIS) {
      return 0;
    }
    if (refused) {
      double used = part < LEAST_PART ? perMinute : seen.lastMinute() / part;
      return whole(Math.clamp(used, MOST_LOWERED * perMinute, LEAST_LOWERED * perMinute));
    }
    boolean raises =
        refusedLately < 1
            && waits
            && part >= LEAST_PART
            && nowMillis - changedMillis >= RAISE_MILLIS;
    return raises ? whole(Math.ceil((1 + raise(nowMillis)) * perMinute)) : 0;
  }

  private double raise(long nowMillis) {
    if (searches) {
      return FIRST_RAISED;
    }
    double doublings = (nowMillis - loweredMillis) / DOUBLING_MILLIS;
    return Math.min(MOST_RAISED, RAISED * Math.pow(2, doublings));
  }

  private static long whole(double perMinute) {
    return Math.clamp((long) perMinute, LEAST, SharedStore.MOST_PER_MINUTE);
  }

  /** The store has this figure; 0 if it has none. */
  void is(long figure, long nowMillis) {
    proposed = false;
    lost = figure == 0 && perMinute > 0;
    if (!lost && figure != perMinute) {
      if (figure < perMinute) {
        searches = false;
        lately = 0;
        refusedLately = 0;
      }
      if (figure < perMinute || perMinute == 0) {
        loweredMillis = nowMillis;
      }
      perMinute = figure;
      changedMillis = nowMillis;
    }
  }
}
