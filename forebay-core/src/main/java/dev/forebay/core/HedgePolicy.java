package dev.forebay.core;

/**
 * Whether a stream that is slow to begin is asked for a second time, from an equal target; the
 * attempt that shows content first is kept. A hedge costs tokens that bring no answer, so it is off
 * by default.
 *
 * @param maxShare hedges per attempt that is none, at most; 2 % by default, since they are for the
 *     slowest few
 */
public record HedgePolicy(boolean enabled, double maxShare) {
  public static final HedgePolicy OFF = new HedgePolicy(false, 0.02);

  public HedgePolicy {
    Checks.check(
        maxShare > 0 && maxShare <= 0.2, "maxShare", "must be above 0 and at most 0.2", maxShare);
  }
}
