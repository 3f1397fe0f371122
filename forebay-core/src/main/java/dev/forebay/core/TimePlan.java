package dev.forebay.core;

import java.time.Duration;

/**
 * What a call can still reach before its deadline, judged by what its targets usually take. An
 * unknown target is taken to answer at once.
 */
record TimePlan(Journeys journeys, Route route, Call call, long startedAtNanos, long endByNanos) {
  static final int NO_TIER = -1;

  private static final long MIN_SLOW_NANOS = Duration.ofSeconds(2).toNanos();

  /**
   * The longest wait in one tier: the route's patience, but a third of the time of this call. A
   * batch call waits for a sixth of its time if that is more: it should not take the fallback from
   * those who will need it sooner.
   */
  long patienceNanos() {
    long own = endByNanos - startedAtNanos;
    long least = call.priority() == Priority.BATCH ? own / 6 : 0;
    return Math.max(least, Math.min(route.patience().toNanos(), own / 3));
  }

  /** The first tier after this one that can still answer in time, or -1. */
  int tierAfter(int tierIndex, long nowNanos) {
    for (int i = tierIndex + 1; i < route.tiers().size(); i++) {
      if (nowNanos + expectedNanos(i, nowNanos) - endByNanos < 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Until when it makes sense to wait for an attempt on this target.
   *
   * @param fallback the tier to which time must be left to turn, or -1
   */
  long latestBeginNanos(Target target, int fallback, long nowNanos) {
    return endByNanos - reserveNanos(fallback, nowNanos) - expectedNanos(target, nowNanos);
  }

  /**
   * Until when it makes sense to wait in the line for an attempt on this target: the whole answer
   * should come in time, a long one as well, since capacity spent on an answer that is cut off by
   * the deadline is lost for those behind. In a long line all begin at that moment, so it is three
   * times the usual, about the 99th percentile.
   */
  long latestTurnNanos(Target target, int fallback, long nowNanos) {
    long whole = journeys.state(target, nowNanos).wholeNanos(call, nowNanos);
    return Math.min(
        latestBeginNanos(target, fallback, nowNanos),
        endByNanos
            - reserveNanos(fallback, nowNanos)
            - Math.min(3 * whole, (endByNanos - startedAtNanos) / 2));
  }

  /**
   * When an attempt that begins now must have shown content. A stream must do so within its time to
   * the first token. An answer that comes whole has no such sign of life, so only the time that is
   * kept for a fallback bounds it.
   */
  long contentByNanos(Timeouts timeouts, int fallback, long nowNanos) {
    long left = endByNanos - nowNanos;
    long own = left - reserveNanos(fallback, nowNanos);
    if (own <= 0) {
      // Only a tier's first attempt begins this late: it shares what is left with the fallback.
      own = left / 2;
    }
    return nowNanos + (call.streaming() ? Math.min(own, timeouts.firstToken().toNanos()) : own);
  }

  /**
   * From what duration on silence is the target's fault. Within the route's own deadline that is
   * three times what it usually takes and at least 2 s; a caller that gives less time than the
   * route proves something only when it waited for the whole time to the first token.
   */
  long slowNanos(Target target, long nowNanos) {
    long firstToken = target.timeouts().firstToken().toNanos();
    if (call.patience().compareTo(route.deadline()) < 0) {
      return firstToken;
    }
    return Math.min(firstToken, Math.max(MIN_SLOW_NANOS, 3 * expectedNanos(target, nowNanos)));
  }

  /**
   * The time kept for a fallback, which has to give a whole answer in it: the route's patience, or
   * twice what it usually takes if that is more, but at most half of the call's time.
   */
  private long reserveNanos(int fallback, long nowNanos) {
    if (fallback < 0) {
      return 0;
    }
    long wanted = Math.max(route.patience().toNanos(), 2 * expectedNanos(fallback, nowNanos));
    return Math.min((endByNanos - startedAtNanos) / 2, wanted);
  }

  private long expectedNanos(int tierIndex, long nowNanos) {
    long least = Long.MAX_VALUE;
    for (Target target : route.tiers().get(tierIndex).targets()) {
      least = Math.min(least, expectedNanos(target, nowNanos));
    }
    return least;
  }

  private long expectedNanos(Target target, long nowNanos) {
    return journeys.state(target, nowNanos).expectedNanos(call, nowNanos);
  }
}
