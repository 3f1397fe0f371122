package dev.forebay.core.admission;

import java.util.Arrays;

/**
 * At which second of the minute a service that counts by fixed minutes begins anew: sixty guesses
 * with a weight each, all alike at first. A guess that an answer or a refusal contradicts keeps a
 * twentieth of its weight, so that chance excludes none for good. Not thread-safe.
 */
final class MinutePhases {
  private static final int PHASES = UsageWindow.SECONDS;
  private static final double KEPT = 0.05;
  private static final double LEAST = 1e-4;

  private final double[] weights = new double[PHASES];

  MinutePhases() {
    Arrays.fill(weights, 1.0 / PHASES);
  }

  /** The weight of the guesses by which so much more still fits into the present minute. */
  double fitting(UsageWindow use, long amount, double limit, long nowNanos) {
    long newest = use.second(nowNanos);
    double fitting = 0;
    double used = amount;
    for (long boundary = newest; boundary > newest - PHASES; boundary--) {
      used += use.at(boundary);
      if (used > limit) {
        break;
      }
      fitting += weights[phase(boundary)];
    }
    return fitting;
  }

  /** What was used in the present minute, by the weight of the guesses. */
  double used(UsageWindow use, long nowNanos) {
    long newest = use.second(nowNanos);
    double mean = 0;
    double used = 0;
    for (long boundary = newest; boundary > newest - PHASES; boundary--) {
      used += use.at(boundary);
      mean += weights[phase(boundary)] * used;
    }
    return mean;
  }

  /** The least that was used in the present minute by any guess of weight. */
  double leastUsed(UsageWindow use, long nowNanos) {
    long newest = use.second(nowNanos);
    double used = 0;
    for (long boundary = newest; boundary > newest - PHASES; boundary--) {
      used += use.at(boundary);
      if (weights[phase(boundary)] > 1.0 / PHASES / 2) {
        return used;
      }
    }
    return used;
  }

  /** The most that was used in the present minute by any guess of weight. */
  double mostUsed(UsageWindow use, long nowNanos) {
    long newest = use.second(nowNanos);
    double used = 0;
    double most = 0;
    for (long boundary = newest; boundary > newest - PHASES; boundary--) {
      used += use.at(boundary);
      if (weights[phase(boundary)] > 1.0 / PHASES / 2) {
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
    long newest = use.second(nowNanos);
    double used = amount;
    double sum = 0;
    for (long boundary = newest; boundary > newest - PHASES; boundary--) {
      used += use.at(boundary);
      int phase = phase(boundary);
      boolean fits = used <= limit;
      if (fits != accepted) {
        weights[phase] = Math.max(LEAST, KEPT * weights[phase]);
      }
      sum += weights[phase];
    }
    for (int i = 0; i < PHASES; i++) {
      weights[i] /= sum;
    }
  }

  private static int phase(long second) {
    return (int) Math.floorMod(second, (long) PHASES);
  }
}
