package dev.forebay.simulator;

/** Poisson arrivals along a curve, by thinning: drawn at the highest rate, kept in proportion. */
final class ArrivalStream {
  static final long OVER = Long.MAX_VALUE;

  private final Curve curve;
  private final int kind;
  private final Draws draws;
  private final long untilNanos;
  private final double highest;
  private long next;

  ArrivalStream(Curve curve, int kind, Draws draws, long untilNanos) {
    this.curve = curve;
    this.kind = kind;
    this.draws = draws;
    this.untilNanos = untilNanos;
    this.highest = curve.max();
    advance();
  }

  /** The next arrival, or {@link #OVER}. */
  long nextNanos() {
    return next;
  }

  /** Whose arrivals, or -1 for those that several kinds share. */
  int kind() {
    return kind;
  }

  void advance() {
    if (highest <= 0) {
      next = OVER;
      return;
    }
    double at = next;
    do {
      at += -Math.log(1 - draws.nextDouble()) / highest * 1e9;
      if (at >= untilNanos) {
        next = OVER;
        return;
      }
    } while (draws.nextDouble() * highest >= curve.at((long) at));
    next = (long) at;
  }
}
