package dev.forebay.core.admission;

import java.util.Arrays;
import java.util.Map;

/**
 * How much is believed of each {@link QuotaMirror}, and of a quota without a limit that refuses by
 * chance. All together are 1. Not thread-safe: its {@link QuotaBelief} guards it.
 */
final class MirrorWeights {
  /** A mirror explains what happened if it held that for this likely. */
  private static final double EXPLAINS = 0.1;

  private static final double KEPT = 0.2;
  private static final double LEAST = 0.002;

  /** AWS sets aside the answer's tokens as they are, as far as its documentation goes. */
  private static final double PLAIN = 0.7;

  private static final double UNLIMITED = 0.01;

  /** A configured quota makes no attempt sure that all mirrors expect to be refused. */
  private static final double MOST_UNLIMITED = 0.9;

  private static final double REFUSALS_STEP = 1.0 / 64;
  private static final double FIRST_REFUSALS = 0.1;

  /** Far below what matters; a share that falls towards 0 for ever becomes slow to compute with. */
  private static final double LEAST_REFUSALS = 1e-9;

  private static final double LEAST_CHANCE = 0.02;
  private static final double MOST_CHANCE = 0.5;

  private final QuotaMirror[] mirrors;
  private final boolean isKnown;

  /** How likely each mirror held what happened last. */
  private final double[] likelihoods;

  /** The belief that there is no limit, and that refusals come by chance. */
  private double unlimited = UNLIMITED;

  /** The share of attempts that are refused. */
  private double refusals = FIRST_REFUSALS;

  private QuotaMirror likeliest;

  /**
   * Weights by what is likely without evidence.
   *
   * @param isKnown whether the quota is configured
   */
  MirrorWeights(QuotaMirror[] mirrors, boolean isKnown) {
    this.mirrors = mirrors;
    this.isKnown = isKnown;
    likeliest = largest(mirrors);
    likelihoods = new double[mirrors.length];
  }

  /**
   * The weight of a mirror without evidence.
   *
   * @param twice whether there are mirrors of both kinds, see {@link QuotaMirror#burnt}
   */
  static double first(boolean burnt, boolean twice) {
    double share = twice ? (burnt ? 1 - PLAIN : PLAIN) : 1;
    return (1 - UNLIMITED) * share / QuotaMirror.Span.values().length;
  }

  double unlimited() {
    return unlimited;
  }

  /** An attempt was refused for the quota's sake, or answered. */
  void counts(boolean isRefused) {
    double next = refusals + ((isRefused ? 1 : 0) - refusals) * REFUSALS_STEP;
    refusals = Math.max(LEAST_REFUSALS, next);
  }

  /**
   * Notes how likely a mirror held what happened, for {@link #weigh}.
   *
   * @return whether that explains it
   */
  boolean note(int mirror, double likelihood) {
    likelihoods[mirror] = likelihood;
    return explains(mirror);
  }

  boolean explains(int mirror) {
    return likelihoods[mirror] >= EXPLAINS;
  }

  /** Notes that no limit explains what happened. */
  void noneExplains() {
    Arrays.fill(likelihoods, 0);
  }

  /** Weighs the mirrors by what was noted. */
  void weigh(boolean isRefused) {
    unlimited *= isRefused ? Math.clamp(refusals, LEAST_CHANCE, MOST_CHANCE) : 1 - refusals;
    for (int i = 0; i < mirrors.length; i++) {
      mirrors[i].weight *= Math.max(KEPT, likelihoods[i]);
    }
    normalise();
  }

  /** An attempt was accepted that each mirror had held for certain to be. */
  void agreed() {
    unlimited *= 1 - refusals;
    normalise();
  }

  /** Limits and weights of another process, if there are any. */
  boolean recall(Map<String, Double> learned) {
    boolean any = LearnedQuota.recallLimits(learned, mirrors, LEAST);
    normalise();
    return any;
  }

  private void normalise() {
    unlimited = Math.max(LEAST, unlimited);
    double sum = unlimited;
    for (QuotaMirror mirror : mirrors) {
      mirror.weight = Math.max(LEAST, mirror.weight);
      sum += mirror.weight;
    }
    unlimited /= sum;
    double scale = 1 / sum;
    if (isKnown && unlimited > MOST_UNLIMITED) {
      scale *= (1 - MOST_UNLIMITED) / (1 - unlimited);
      unlimited = MOST_UNLIMITED;
    }
    for (QuotaMirror mirror : mirrors) {
      mirror.weight *= scale;
    }
    likeliest = largest(mirrors);
  }

  /** The mirror in which there is most belief. */
  QuotaMirror likeliest() {
    return likeliest;
  }

  private static QuotaMirror largest(QuotaMirror[] mirrors) {
    QuotaMirror best = mirrors[0];
    for (QuotaMirror mirror : mirrors) {
      if (mirror.weight > best.weight) {
        best = mirror;
      }
    }
    return best;
  }
}
