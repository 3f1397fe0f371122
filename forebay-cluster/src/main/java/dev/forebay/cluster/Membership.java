package dev.forebay.cluster;

import java.util.List;

/** Who shares the quotas, as a member knows it. Not thread-safe. */
final class Membership {
  private static final long NEVER = Long.MIN_VALUE;

  private static final long NO_VERSION = -1;

  private final String own;
  private int members;

  /**
   * By how many the quota is divided: more at once, fewer only when the store has said so for as
   * long as a silent member counts. A store that has lost its data meets members one by one, and
   * the first may not take itself for the only one.
   */
  private int sharers;

  private long fewerSinceMillis = NEVER;
  private List<String> names = List.of();
  private long version;

  /** Whether all facts that hold are to be heard, and whether the last request asked for them. */
  private boolean misses;

  private boolean asked;

  /**
   * No other member is known yet.
   *
   * @param own the id of this member
   * @param assumed how many members there are as long as the store has not answered
   */
  Membership(String own, int assumed) {
    this.own = own;
    this.members = assumed;
    this.sharers = assumed;
  }

  /** The store has named the members. */
  void met(SharedStore.Members met, long nowMillis) {
    members = Math.max(1, met.count());
    names = met.names();
    if (members >= sharers) {
      sharers = members;
      fewerSinceMillis = NEVER;
    } else if (fewerSinceMillis == NEVER) {
      fewerSinceMillis = nowMillis;
    } else if (nowMillis - fewerSinceMillis >= SharedStore.MEMBER_MILLIS) {
      sharers = members;
      fewerSinceMillis = NEVER;
    }
    version = met.version();
    misses &= !asked;
  }

  /** There are quotas of which this member has heard no facts yet. */
  void missesFacts() {
    misses = true;
    asked = false;
  }

  /** What to ask with: the version of the facts that this member has heard, or no version. */
  long asks() {
    asked = misses;
    return misses ? NO_VERSION : version;
  }

  /** The store answers again: what it said before its silence counts no more. */
  void storeIsBack() {
    fewerSinceMillis = NEVER;
  }

  int count() {
    return members;
  }

  /** The part of each quota that a member uses without the store, with all its targets. */
  double fair() {
    return 1.0 / sharers;
  }

  List<String> names() {
    return names.isEmpty() ? List.of(own) : names;
  }
}
