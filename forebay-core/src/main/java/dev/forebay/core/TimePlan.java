package dev.forebay.core;

/**
 * What a call can still reach before its deadline, judged by what its targets usually take. An
 * unknown target is taken to answer at once.
 */
record TimePlan(Journeys journeys, Route route, Call call, long endByNanos) {

  boolean isOver(long nowNanos) {
    return nowNanos - endByNanos >= 0;
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
   * Whether an attempt on this target that begins then can answer in time.
   *
   * @param fallback the tier to which time must be left to turn, or -1
   */
  boolean fits(Target target, long beginNanos, int fallback, long nowNanos) {
    long reserve = fallback < 0 ? 0 : expectedNanos(fallback, nowNanos);
    return beginNanos + expectedNanos(target, nowNanos) + reserve - endByNanos < 0;
  }

  /**
   * When an attempt that begins now must have shown content. A stream must do so within its time to
   * the first token. An answer that comes whole has no such sign of life, so only the time that a
   * fallback will need bounds it: twice what that usually takes, or the route's patience while
   * nothing is known, but at most half of what is left.
   */
  long contentByNanos(Timeouts timeouts, int fallback, long nowNanos) {
    long left = endByNanos - nowNanos;
    if (fallback >= 0) {
      long expected = expectedNanos(fallback, nowNanos);
      left -= Math.min(left / 2, expected > 0 ? 2 * expected : route.patience().toNanos());
    }
    return nowNanos + (call.streaming() ? Math.min(left, timeouts.firstToken().toNanos()) : left);
  }

  private long expectedNanos(int tierIndex, long nowNanos) {
    long least = Long.MAX_VALUE;
    for (Target target : route.tiers().get(tierIndex).targets()) {
      least = Math.min(least, expectedNanos(target, nowNanos));
    }
    return least;
  }

  private long expectedNanos(Target target, long nowNanos) {
    return journeys.state(target, nowNanos).expectedNanos(call);
  }
}
