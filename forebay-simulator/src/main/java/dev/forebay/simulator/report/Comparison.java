package dev.forebay.simulator.report;

import java.util.List;

/**
 * One policy as it was measured and as it was predicted. Shares are parts of 1, waits in seconds
 * until the first token.
 *
 * @param answeredByChance what else might have come out, by simulations of the same calls
 * @param p99ByChance the same of the longest waits
 */
public record Comparison(
    String name,
    double answered,
    double answeredPredicted,
    Range answeredByChance,
    double p50,
    double p50Predicted,
    double p99,
    double p99Predicted,
    Range p99ByChance) {
  /** From the least to the most. */
  public record Range(double least, double most) {
    static Range of(double[] values) {
      Range range = new Range(Double.NaN, Double.NaN);
      for (double value : values) {
        range =
            Double.isNaN(range.least)
                ? new Range(value, value)
                : new Range(Math.min(range.least, value), Math.max(range.most, value));
      }
      return range;
    }
  }

  /** Of results of the same policy; chance is what other simulations brought. */
  public static Comparison of(
      PolicyResult measured, PolicyResult predicted, List<PolicyResult> chance) {
    Quantiles first = measured.waits().firstContent();
    Quantiles expected = predicted.waits().firstContent();
    return new Comparison(
        measured.name(),
        measured.counts().answeredShare(),
        predicted.counts().answeredShare(),
        Range.of(chance.stream().mapToDouble(r -> r.counts().answeredShare()).toArray()),
        first.p50(),
        expected.p50(),
        first.p99(),
        expected.p99(),
        Range.of(chance.stream().mapToDouble(r -> r.waits().firstContent().p99()).toArray()));
  }

  /** How many points more were answered than predicted. */
  public double points() {
    return (answered - answeredPredicted) * 100;
  }

  /** How much longer the median wait was, as a part of the predicted one. */
  public double p50Part() {
    return part(p50, p50Predicted);
  }

  /** How much longer the 99th percentile was, as a part of the predicted one. */
  public double p99Part() {
    return part(p99, p99Predicted);
  }

  private static double part(double measured, double predicted) {
    return predicted == 0 ? (measured == 0 ? 0 : Double.NaN) : measured / predicted - 1;
  }
}
