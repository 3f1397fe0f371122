package dev.forebay.core.admission;

import java.util.Arrays;
import java.util.Map;

/**
 * How much is believed of each {@link QuotaHypothesis}, and of a quota without a limit that refuses
 * by chance. All together are 1. Not thread-safe: its {@link QuotaHypotheses} guards it.
 */
final class HypothesisWeights {
  /** A hypothesis explains what happened if it held that for this likely. */
  private static final double EXPLAINS = 0.1;

  private static final double KEPT = 0.2;
  private static final double LEAST = 0.002;

  /** AWS sets aside the answer's tokens as they are, as far as its documentation goes. */
  private static final double PLAIN = 0.7;

  private static final double UNLIMITED = 0.01;

  /** A configured quota makes no attempt sure that all hypotheses expect to be refused. */
  private static final double MOST_UNLIMITED = 0.9;

  private static final double REFUSALS_STEP = 1.0 / 64;
  private static final double FIRST_REFUSALS = 0.1;

  /** Far below what matters; a share that falls towards 0 for ever becomes slow to compute with. */
  private static final double LEAST_REFUSALS = 1e-9;

  private static final double LEAST_CHANCE = 0.02;
  private static final double MOST_CHANCE = 0.5;

  private final QuotaHypothesis[] hypotheses;
  private final boolean isKnown;

  /** How likely each hypothesis held what happened last. */
  private final double[] likelihoods;

  /** The belief that there is no limit, and that refusals come by chance. */
  private double unlimited = UNLIMITED;

  /** The share of attempts that are refused. */
  private double refusals = FIRST_REFUSALS;

  private QuotaHypothesis likeliest;

  /**
   * Weights by what is likely without evidence.
   *
   * @param isKnown whether the quota is configured
   */
  HypothesisWeights(QuotaHypothesis[] hypotheses, boolean isKnown) {
    this.hypotheses = hypotheses;
    this.isKnown = isKnown;
    likeliest = largest(hypotheses);
    likelihoods = new double[hypotheses.length];
  }

  /**
   * The weight of a hypothesis without evidence.
   *
   * @param twice whether there are hypotheses of both kinds, see {@link QuotaHypothesis#burnt}
   */
  static double first(boolean burnt, boolean twice) {
    double share = twice ? (burnt ? 1 - PLAIN : PLAIN) : 1;
    return (1 - UNLIMITED) * share / QuotaHypothesis.Span.values().length;
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
   * Notes how likely a hypothesis held what happened, for {@link #weigh}.
   *
   * @return whether that explains it
   */
  boolean note(int hypothesis, double likelihood) {
    likelihoods[hypothesis] = likelihood;
    return explains(hypothesis);
  }

  boolean explains(int hypothesis) {
    return likelihoods[hypothesis] >= EXPLAINS;
  }

  /** Notes that no limit explains what happened. */
  void noneExplains() {
    Arrays.fill(likelihoods, 0);
  }

  /** Weighs the hypotheses by what was noted. */
  void weigh(boolean isRefused) {
    unlimited *= isRefused ? Math.clamp(refusals, LEAST_CHANCE, MOST_CHANCE) : 1 - refusals;
    for (int i = 0; i < hypotheses.length; i++) {
      hypotheses[i].weight *= Math.max(KEPT, likelihoods[i]);
    }
    normalise();
  }

  /** An attempt was accepted that each hypothesis had held for certain to be. */
  void agreed() {
    unlimited *= 1 - refusals;
    normalise();
  }

  /** Limits and weights of another process, if there are any. */
  boolean recall(Map<String, Double> learned) {
    boolean any = LearnedQuota.recallLimits(learned, hypotheses, LEAST);
    normalise();
    return any;
  }

  private void normalise() {
    unlimited = Math.max(LEAST, unlimited);
    double sum = unlimited;
    for (QuotaHypothesis hypothesis : hypotheses) {
      hypothesis.weight = Math.max(LEAST, hypothesis.weight);
      sum += hypothesis.weight;
    }
    unlimited /= sum;
    double scale = 1 / sum;
    if (isKnown && unlimited > MOST_UNLIMITED) {
      scale *= (1 - MOST_UNLIMITED) / (1 - unlimited);
      unlimited = MOST_UNLIMITED;
    }
    for (QuotaHypothesis hypothesis : hypotheses) {
      hypothesis.weight *= scale;
    }
    likeliest = largest(hypotheses);
  }

  /** The hypothesis in which there is most belief. */
  QuotaHypothesis likeliest() {
    return likeliest;
  }

  private static QuotaHypothesis largest(QuotaHypothesis[] hypotheses) {
    QuotaHypothesis best = hypotheses[0];
    for (QuotaHypothesis hypothesis : hypotheses) {
      if (hypothesis.weight > best.weight) {
        best = hypothesis;
      }
    }
    return best;
  }
}
