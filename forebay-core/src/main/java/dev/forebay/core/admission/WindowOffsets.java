package dev.forebay.core.admission;

import java.util.Arrays;

/**
 * At which second of the minute a service that counts by fixed minutes begins anew: sixty guesses
 * with a weight each, all alike at first. A guess that an answer or a refusal contradicts keeps a
 * twentieth of its weight, so that chance excludes none for good. Not thread-safe.
 */
final class WindowOffsets {
  private static final int OFFSETS = UsageWindow.SECONDS;
  private static final double KEPT = 0.05;
  private static final double LEAST = 1e-4;

  private final double[] weights = new double[OFFSETS];

  /**
   * The guess at hand: the offset of the second in which the present minute began, and its slot.
   */
  private int offset;

  private int slot;

  /** What was used since then. */
  private double used;

  /** How many guesses are left. */
  private int left;

  WindowOffsets() {
    Arrays.fill(weights, 1.0 / OFFSETS);
  }

  /** The weight of the guesses by which so much more still fits into the present minute. */
  double fitting(UsageWindow use, long amount, double limit, long nowNanos) {
    double fitting = 0;
    for (goBack(use, amount, nowNanos); next(use) && used <= limit; ) {
      fitting += weights[offset];
    }
    return fitting;
  }

  /** What was used in the present minute, by the weight of the guesses. */
  double used(UsageWindow use, long nowNanos) {
    double mean = 0;
    for (goBack(use, 0, nowNanos); next(use); ) {
      mean += weights[offset] * used;
    }
    return mean;
  }

  /** The least that was used in the present minute by any guess of weight. */
  double leastUsed(UsageWindow use, long nowNanos) {
    for (goBack(use, 0, nowNanos); next(use); ) {
      if (hasWeight()) {
        return used;
      }
    }
    return used;
  }

  /** The most that was used in the present minute by any guess of weight. */
  double mostUsed(UsageWindow use, long nowNanos) {
    double most = 0;
    for (goBack(use, 0, nowNanos); next(use); ) {
      if (hasWeight()) {
        most = used;
      }
    }
    return most;
  }

  /**
   * So much was asked for and refused, or taken and accepted, which speaks against some guesses.
   *
   * @param amount what is not in the window yet
   */
  void learn(boolean accepted, UsageWindow use, long amount, double limit, long nowNanos) {
    double sum = 0;
    for (goBack(use, amount, nowNanos); next(use); ) {
      if ((used <= limit) != accepted) {
        weights[offset] = Math.max(LEAST, KEPT * weights[offset]);
      }
      sum += weights[offset];
    }
    for (int i = 0; i < OFFSETS; i++) {
      weights[i] /= sum;
    }
  }

  /** Begins with the guess that the present minute has just begun, and goes back from there. */
  private void goBack(UsageWindow use, long amount, long nowNanos) {
    offset = (int) Math.floorMod(use.second(nowNanos) + 1, (long) OFFSETS);
    slot = use.slotAfterNewest();
    left = OFFSETS;
    used = amount;
  }

  /** Goes to the guess that the minute began a second earlier; false if there is no other. */
  private boolean next(UsageWindow use) {
    if (left == 0) {
      return false;
    }
    left--;
    slot = UsageWindow.slotBefore(slot);
    used += use.in(slot);
    offset = offset == 0 ? OFFSETS - 1 : offset - 1;
    return true;
  }

  private boolean hasWeight() {
    return weights[offset] > 1.0 / OFFSETS / 2;
  }
}
