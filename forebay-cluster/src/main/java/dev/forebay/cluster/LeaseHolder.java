package dev.forebay.cluster;

import org.jspecify.annotations.Nullable;

/**
 * One member's side of its lease of a part of one quota, as a state machine: it says what to ask
 * the store, takes the answers, and knows what it holds. Nothing waits for it, and it knows no time
 * but what it is given.
 *
 * <p>What it holds ends {@link LeaseBook#LEASE_MILLIS} after the request was sent, which is before
 * it ends in the store. Less granted counts at once, and the next request reports it; more counts
 * when the answer is here. An answer to a request that was given up is ignored. Not thread-safe.
 */
final class LeaseHolder {
  /** Twice a second is soon enough for needs to change hands within one. */
  static final long RENEW_MILLIS = 500;

  /** Where more is due than was free, or more is needed than was asked for. */
  static final long SOON_MILLIS = 100;

  /** A renewal that is due so soon is sent along with another one. */
  static final long ALONG_MILLIS = 250;

  /** A store on the same network answers in a few; more is as good as no answer. */
  static final long TIMEOUT_MILLIS = 250;

  /** What to ask. */
  sealed interface Request {
    /** Numbers the requests of one owner. */
    long seq();

    /** To lease a part, or renew the lease. */
    record Lease(long seq, int wants, int has) implements Request {}

    /** To say that no more than this is held. */
    record GiveBack(long seq, int has) implements Request {}
  }

  private long seq;
  private int wants;
  private int asked;
  private int has;
  private int due;
  private boolean learning;
  private boolean scarce;
  private long untilMillis = Long.MIN_VALUE;
  private long askAtMillis = Long.MIN_VALUE;
  private boolean tell;

  /** Since when it wants something, or has been answered. */
  private long hopesFromMillis;

  private @Nullable Request pending;
  private long sentMillis;

  /** What could be used now, in millionths of the quota; 0 gives the lease back. */
  void wants(int millionths, long nowMillis) {
    giveUp(nowMillis);
    boolean begins = wants == 0 && millionths > 0;
    boolean grows = millionths > asked + asked / 4;
    if ((begins || grows) && seq > 0) {
      askAtMillis = Math.min(askAtMillis, sentMillis + SOON_MILLIS);
    }
    if (wants == 0) {
      hopesFromMillis = nowMillis;
    }
    wants = millionths;
    if (wants == 0 && has(nowMillis) > 0) {
      has = 0;
      tell = true;
    }
  }

  /** Whether there is a request to send now. */
  boolean isDue(long nowMillis) {
    return pending == null && (tell || (wants > 0 && nowMillis >= askAtMillis));
  }

  /** The request to send now; null for none. */
  @Nullable Request next(long nowMillis) {
    giveUp(nowMillis);
    return isDue(nowMillis) ? request(nowMillis) : null;
  }

  /** The request to send now, as another one is sent anyway; null for none. */
  @Nullable Request nextAlong(long nowMillis) {
    giveUp(nowMillis);
    boolean isDueSoon =
        pending == null
            && wants > 0
            && nowMillis + ALONG_MILLIS >= askAtMillis
            && nowMillis - sentMillis >= SOON_MILLIS;
    return isDueSoon || isDue(nowMillis) ? request(nowMillis) : null;
  }

  /** The last request: gives back what is held, and what was asked for; null for neither. */
  @Nullable Request last(long nowMillis) {
    wants(0, nowMillis);
    boolean hasAsked = pending != null || isLeased(nowMillis);
    tell = false;
    pending = null;
    return hasAsked ? new Request.GiveBack(++seq, 0) : null;
  }

  /** An answer that has not come is awaited no longer. */
  private void giveUp(long nowMillis) {
    if (pending != null && nowMillis - sentMillis >= TIMEOUT_MILLIS) {
      failed(pending.seq(), nowMillis);
    }
  }

  private Request request(long nowMillis) {
    if (tell) {
      tell = false;
      return sent(new Request.GiveBack(++seq, has(nowMillis)), nowMillis);
    }
    asked = wants;
    // What it does not want any more is given up before the request says so, and needs no word
    // after.
    has = Math.min(has, wants);
    return sent(new Request.Lease(++seq, wants, has(nowMillis)), nowMillis);
  }

  /** The answer to a request. */
  void granted(long ofSeq, Grant grant, long nowMillis) {
    if (pending == null || pending.seq() != ofSeq) {
      return;
    }
    if (grant.late()) {
      failed(ofSeq, nowMillis);
      return;
    }
    tell = grant.granted() < has(nowMillis) || wants == 0;
    has = wants == 0 ? 0 : grant.granted();
    hopesFromMillis = nowMillis;
    due = grant.target();
    learning = grant.learning();
    scarce = !learning && due < asked;
    untilMillis = sentMillis + LeaseBook.LEASE_MILLIS;
    boolean short_ = !learning && has < due - due / 10;
    askAtMillis = sentMillis + (short_ ? SOON_MILLIS : RENEW_MILLIS);
    pending = null;
  }

  /** The store has heard what is held. */
  void acknowledged(long ofSeq) {
    if (pending != null && pending.seq() == ofSeq) {
      pending = null;
    }
  }

  /** The store did not answer, or said no. */
  void failed(long ofSeq, long nowMillis) {
    if (pending != null && pending.seq() == ofSeq) {
      pending = null;
      askAtMillis = nowMillis + RENEW_MILLIS;
    }
  }

  /** The process stood still: no answer to what it had asked is of use, and it asks at once. */
  void resumed(long nowMillis) {
    pending = null;
    askAtMillis = nowMillis;
  }

  /** What is held now, in millionths of the quota. */
  int has(long nowMillis) {
    return isLeased(nowMillis) ? has : 0;
  }

  /** Whether there is a lease, be it of nothing. */
  boolean isLeased(long nowMillis) {
    return nowMillis < untilMillis;
  }

  /**
   * Whether it has asked without success for so long: the store answers, but not these requests.
   */
  boolean isStarved(long forMillis, long nowMillis) {
    return wants > 0 && nowMillis - hopesFromMillis >= forMillis;
  }

  /** When the lease ends. */
  long untilMillis() {
    return untilMillis;
  }

  /** Whether the store does not know yet what is free, and so granted less than it might. */
  boolean isLearning(long nowMillis) {
    return learning && isLeased(nowMillis);
  }

  /** Whether all together wanted more than there was, when the store answered last. */
  boolean isScarce(long nowMillis) {
    return scarce && isLeased(nowMillis);
  }

  /** What could be used, as it was said last. */
  int wants() {
    return wants;
  }

  private Request sent(Request request, long nowMillis) {
    pending = request;
    sentMillis = nowMillis;
    return request;
  }
}
