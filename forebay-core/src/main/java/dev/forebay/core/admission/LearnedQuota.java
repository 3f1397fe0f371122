package dev.forebay.core.admission;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes down what a {@link QuotaHypotheses} has learned, for another process to go on from there.
 */
final class LearnedQuota {
  private static final long SECOND = 1_000_000_000L;

  private LearnedQuota() {}

  /**
   * The last minute's use, and the limits that were learned with their weights.
   *
   * @param configured the limit that is known without it; NaN if no hypothesis knows one
   */
  static Map<String, Double> of(
      UsageWindow use, QuotaHypothesis[] hypotheses, double configured, long nowNanos) {
    Map<String, Double> all = new LinkedHashMap<>();
    long newest = use.second(nowNanos);
    for (int age = 0; age < UsageWindow.SECONDS; age++) {
      long used = use.at(newest - age);
      if (used > 0) {
        all.put("used." + age, (double) used);
      }
    }
    for (QuotaHypothesis hypothesis : hypotheses) {
      if (!Double.isNaN(configured)
          && hypothesis.limit != configured
          && Double.isFinite(hypothesis.limit)) {
        all.put(name(hypothesis) + ".limit", hypothesis.limit);
        all.put(name(hypothesis) + ".weight", hypothesis.weight);
      }
    }
    return all;
  }

  /**
   * Takes the limits and weights.
   *
   * @param leastWeight of a hypothesis
   * @return whether there was any
   */
  static boolean recallLimits(
      Map<String, Double> learned, QuotaHypothesis[] hypotheses, double leastWeight) {
    boolean any = false;
    for (QuotaHypothesis hypothesis : hypotheses) {
      double limit = value(learned, name(hypothesis) + ".limit");
      if (limit > 0) {
        hypothesis.limit = limit;
        hypothesis.weight =
            Math.clamp(value(learned, name(hypothesis) + ".weight"), leastWeight, 1);
        any = true;
      }
    }
    return any;
  }

  /** Takes what was used, the oldest first. */
  static void recallUse(
      Map<String, Double> learned,
      UsageWindow plain,
      UsageWindow burnt,
      QuotaHypothesis[] hypotheses,
      long ageNanos,
      long nowNanos) {
    for (int age = UsageWindow.SECONDS - 1; age >= 0; age--) {
      long used = (long) value(learned, "used." + age);
      long ago = age * SECOND + ageNanos;
      if (used > 0 && ago < UsageWindow.SECONDS * SECOND) {
        plain.settle(used, nowNanos - ago, nowNanos);
        if (burnt != plain) {
          burnt.settle(used, nowNanos - ago, nowNanos);
        }
        for (QuotaHypothesis hypothesis : hypotheses) {
          hypothesis.recall(used, ago, nowNanos);
        }
      }
    }
  }

  private static String name(QuotaHypothesis hypothesis) {
    return hypothesis.span.name().toLowerCase(Locale.ROOT) + (hypothesis.burnt ? ".burnt" : "");
  }

  /** What a file may say, or 0. */
  private static double value(Map<String, Double> learned, String name) {
    double value = learned.getOrDefault(name, 0.0);
    return value > 0 && value < 1e15 ? value : 0;
  }
}
