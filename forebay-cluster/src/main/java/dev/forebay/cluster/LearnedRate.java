package dev.forebay.cluster;

import dev.forebay.core.admission.QuotaEvidence;

/**
 * What a quota of tokens leaves to all members, as they learn it together: one figure for the sum
 * of what they use, which the store keeps. It is the quota that is not configured, or what others
 * leave of one that is configured. Each member proposes another one by what it sees, and the store
 * takes the first proposal that is made from the figure in force, so that many who are refused at
 * once lower it once.
 *
 * <pre>
 * first    what a member has learned by itself * members
 * lower    by two refusals lately that are 3 % of the attempts, once in 3 s: to what all have used over the last minute,
 *          own use / own part, but by 5 % at least and 15 % at most
 * raise    where calls wait, nothing was refused lately or has changed for 2 s: by 0.4 %, twice as much for each 15 s since
 *          it was lowered, up to 4 %; before that by 10 %, by those that proposed the first
 * </pre>
 *
 * <p>Where the quota is configured, the first figure is lower than that by the same rule, once it
 * is known that the service's way of counting does not explain the refusals; it is lowered by 2 %
 * at least, and rises by 0.1 %, after a minute twice as much for each 15 s, up to what is
 * configured.
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

  /** A refusal at the end of a service's minute is heard once in it, so that steps are small. */
  static final double LEAST_LOWERED_OF_CONFIGURED = 0.98;

  static final double RAISED_OF_CONFIGURED = 0.001;
  static final double MINUTE_MILLIS = 60_000;

  /** A first refusal may come before a minute was full, so that the first figure is too low. */
  static final double FIRST_RAISED = 0.1;

  static final double DOUBLING_MILLIS = 15_000;
  static final long LOWER_MILLIS = 3_000;
  static final long RAISE_MILLIS = 2_000;

  private static final double MOST_REFUSED = 0.03;

  /** Less says little of the rest. */
  private static final double LEAST_PART = 0.01;

  private static final long AGAIN_MILLIS = 500;
  private static final long LEAST = 1;

  /** 0 for none. */
  private long configured;

  private long perMinute;

  /** Whether the store has lost it. */
  private boolean lost;

  /** Since it was lowered. */
  private final RecentRefusals refusals = new RecentRefusals();

  private long changedMillis;
  private boolean searches;

  /** Or learned from the store for the first time. */
  private long loweredMillis;

  private boolean proposed;
  private long proposedMillis;

  /**
   * Nothing learned yet.
   *
   * @param configured the quota of tokens that is configured, of which others may leave less; 0 for
   *     none
   */
  LearnedRate(long configured) {
    this.configured = configured;
  }

  /**
   * The quota has other figures now, of which earlier refusals say nothing. What all have learned
   * is in force until they learn otherwise.
   */
  void requota(long nowConfigured) {
    configured = nowConfigured;
    searches = false;
    refusals.clear();
  }

  /** The figure in force; 0 for none. */
  long perMinute() {
    return perMinute;
  }

  /** What the store has of it. */
  long stored() {
    return lost ? 0 : perMinute;
  }

  /** What to propose now in place of the figure in force; 0 for nothing. */
  long proposes(
      QuotaEvidence seen,
      boolean waits,
      boolean mayLower,
      double part,
      int members,
      long nowMillis) {
    refusals.note(seen, nowMillis);
    if (proposed && nowMillis - proposedMillis < AGAIN_MILLIS) {
      return 0;
    }
    searches |= configured == 0 && perMinute == 0 && seen.perMinute() > 0;
    long next =
        lost
            ? perMinute
            : perMinute == 0 && configured == 0
                ? first(seen, members)
                : next(seen, waits, mayLower, part, nowMillis);
    if (next > 0) {
      proposed = true;
      proposedMillis = nowMillis;
    }
    return next;
  }

  private static long first(QuotaEvidence seen, int members) {
    return seen.perMinute() > 0 ? whole(seen.perMinute() * members) : 0;
  }

  private long next(
      QuotaEvidence seen, boolean waits, boolean mayLower, double part, long nowMillis) {
    long now = inForce();
    if (nowMillis - loweredMillis < LOWER_MILLIS) {
      return 0;
    }
    if (refusals.areMany(MOST_REFUSED)) {
      if (!mayLower) {
        return 0;
      }
      double used = part < LEAST_PART ? now : seen.lastMinute() / part;
      return whole(
          Math.clamp(
              used,
              MOST_LOWERED * now,
              (configured > 0 ? LEAST_LOWERED_OF_CONFIGURED : LEAST_LOWERED) * now));
    }
    boolean raises =
        refusals.areOver()
            && waits
            && part >= LEAST_PART
            && nowMillis - changedMillis >= RAISE_MILLIS;
    if (!raises || now == configured) {
      return 0;
    }
    long more = whole(Math.ceil((1 + raise(nowMillis)) * now));
    return configured == 0 ? more : Math.min(configured, more);
  }

  /** Of a configured quota others leave no more than that. */
  private long inForce() {
    if (perMinute == 0) {
      return configured;
    }
    return configured == 0 ? perMinute : Math.min(configured, perMinute);
  }

  private double raise(long nowMillis) {
    if (searches) {
      return FIRST_RAISED;
    }
    double sinceMillis = (double) nowMillis - loweredMillis;
    if (configured > 0) {
      double doublings = Math.max(0, sinceMillis - MINUTE_MILLIS) / DOUBLING_MILLIS;
      return Math.min(MOST_RAISED, RAISED_OF_CONFIGURED * Math.pow(2, doublings));
    }
    return Math.min(MOST_RAISED, RAISED * Math.pow(2, sinceMillis / DOUBLING_MILLIS));
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
        refusals.clear();
      }
      if (figure < perMinute || perMinute == 0) {
        loweredMillis = nowMillis;
      }
      perMinute = figure;
      changedMillis = nowMillis;
    }
  }
}
