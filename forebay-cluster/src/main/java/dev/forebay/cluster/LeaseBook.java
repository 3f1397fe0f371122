package dev.forebay.cluster;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which member holds which part of one quota. The same arithmetic runs as a script in the store;
 * here it is for tests and simulations, and to be read.
 *
 * <pre>
 * due      wants                       if all that is wanted fits
 *          min(wants, share)           otherwise
 * share    quota * weighted / all weighted, or more: what members that get all that they want leave of
 *          the quota, * weighted / the weighted of all others
 * weighted weight * wants
 * granted  min(due, quota - counted of the others)
 * counted  max(granted, what the member says it still holds)
 * quota    1 - min(1/2, debt / 1 s), where the debt is paid by what is withheld
 * </pre>
 *
 * <p>With equal weights all get the same part of what they want. A member gets all that it wants
 * where its weight would bring it more, and the others share the rest. Which members these are is
 * known from their last requests, so it takes some renewals of all to settle.
 *
 * <p>A grant that is less than what the member holds counts in full until the member confirms that
 * it knows of it, by {@link #giveBack}, its next request or its lease's end: an answer may be lost.
 * A lease ends after {@link #LEASE_MILLIS} by itself, which is all that a crash needs. Requests are
 * numbered by their owner, and one that comes after a later one is ignored.
 *
 * <p>A book that has just begun cannot know what an earlier one has granted. For the length of a
 * lease it grants members no more than they say they hold: see {@link Grant#learning}.
 *
 * <p>Integers only: parts in millionths, time in milliseconds. Not thread-safe.
 */
class LeaseBook {
  /**
   * Long enough to bridge a pause of a store or a member of a second; short enough that what a
   * crash takes away is back soon.
   */
  static final long LEASE_MILLIS = 2_000;

  /** A debt is paid back within two seconds, unless it is more than half of the quota's. */
  private static final long DEBT_MILLIS = 1_000;

  /**
   * A lease.
   *
   * @param met whether all that it wants was due
   */
  private record Held(long seq, int counted, int wants, int weight, boolean met, long untilMillis) {
    long weighted() {
      return (long) weight * wants;
    }

    Held less(long ofSeq, int has) {
      return new Held(ofSeq, has, wants, weight, met, untilMillis);
    }
  }

  /** In the order of their ends, as all leases are equally long. */
  private final Map<String, Held> leases = new LinkedHashMap<>();

  private boolean begun;
  private long atMillis;
  private long learningUntilMillis;
  private long debt;
  private long counted;
  private long wanted;
  private long weighted;

  /** Of members that get all that they want. */
  private long metWanted;

  private long metWeighted;

  /**
   * Leases a part to its owner, or renews the lease.
   *
   * @param owner of one member's lease; never used by another one, not even after a restart
   * @param seq grows with each request of the owner
   * @param wants what it could use
   * @param has what it holds by an earlier lease that has not ended
   * @param weight of its wants beside those of others, where there is less than all want
   */
  final Grant lease(String owner, long seq, int wants, int has, int weight, long nowMillis) {
    long now = advance(nowMillis);
    Held held = leases.get(owner);
    if (held != null && seq <= held.seq) {
      return Grant.LATE;
    }
    boolean learning = now < learningUntilMillis;
    long claim = learning ? has : Math.min(has, held == null ? 0 : held.counted);
    remove(owner);
    long quota = Grant.WHOLE - repaid();
    long due = Math.min(wants, share(quota, wants, (long) weight * wants));
    long free = Math.max(0, quota - counted);
    long granted = Math.min(due, learning ? Math.min(claim, free) : free);
    int counts = (int) counted(granted, claim);
    put(owner, new Held(seq, counts, wants, weight, due == wants, now + LEASE_MILLIS));
    return new Grant((int) granted, (int) due, learning, false);
  }

  /** What a member may have that is not counted, as its last lease was removed. */
  private long share(long quota, int wants, long own) {
    if (wants == 0 || wanted + wants <= quota) {
      return wants;
    }
    long left = Math.max(0, quota - metWanted);
    return Math.max(quota * own / (weighted + own), left * own / (weighted - metWeighted + own));
  }

  /** The owner holds no more than so much; with 0 its lease is over. */
  final void giveBack(String owner, long seq, int has, long nowMillis) {
    advance(nowMillis);
    Held held = leases.get(owner);
    if (held == null || seq <= held.seq) {
      return;
    }
    if (has == 0) {
      remove(owner);
    } else {
      int less = Math.min(held.counted, has);
      counted -= held.counted - less;
      // In its place: its end stays.
      leases.put(owner, held.less(seq, less));
    }
  }

  /** What each member holds and wants: at most so many. */
  final List<SharedStore.Held> held(int most, long nowMillis) {
    advance(nowMillis);
    return leases.entrySet().stream()
        .limit(most)
        .map(
            lease ->
                new SharedStore.Held(
                    lease.getKey(), lease.getValue().wants, lease.getValue().counted))
        .toList();
  }

  /**
   * A member used more than it was granted.
   *
   * @param millis of the whole quota, times a million
   */
  final void settle(long millis, long nowMillis) {
    advance(nowMillis);
    debt = Math.min(debt + millis, MAX_DEBT);
  }

  /** So that a wrong figure does not halve the quota for hours: that of ten seconds. */
  static final long MAX_DEBT = 10_000L * Grant.WHOLE;

  /** What is counted as held by all; never more than the whole. */
  final long counted(long nowMillis) {
    advance(nowMillis);
    return counted;
  }

  /** What a grant counts for, as long as its owner may not know of it. */
  long counted(long granted, long claim) {
    return Math.max(granted, claim);
  }

  private long advance(long nowMillis) {
    if (!begun || nowMillis < atMillis - LEASE_MILLIS) {
      begun = true;
      leases.clear();
      counted = 0;
      wanted = 0;
      weighted = 0;
      metWanted = 0;
      metWeighted = 0;
      debt = 0;
      atMillis = nowMillis;
      learningUntilMillis = nowMillis + LEASE_MILLIS;
    }
    long now = Math.max(atMillis, nowMillis);
    debt = Math.max(0, debt - repaid() * (now - atMillis));
    atMillis = now;
    Iterator<Held> oldest = leases.values().iterator();
    while (oldest.hasNext()) {
      Held held = oldest.next();
      if (held.untilMillis > now) {
        break;
      }
      oldest.remove();
      count(held, -1);
    }
    return now;
  }

  private long repaid() {
    return Math.min(Grant.WHOLE / 2, debt / DEBT_MILLIS);
  }

  private void put(String owner, Held held) {
    leases.put(owner, held);
    count(held, 1);
  }

  private void remove(String owner) {
    Held held = leases.remove(owner);
    if (held != null) {
      count(held, -1);
    }
  }

  private void count(Held held, int times) {
    counted += (long) times * held.counted;
    wanted += (long) times * held.wants;
    weighted += times * held.weighted();
    if (held.met) {
      metWanted += (long) times * held.wants;
      metWeighted += times * held.weighted();
    }
  }
}
