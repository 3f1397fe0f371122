package dev.forebay.simulator.report;

/**
 * One policy as it was measured and as it was predicted. Shares are parts of 1, waits in seconds
 * until the first token.
 */
public record Comparison(
    String name,
    double answered,
    double answeredPredicted,
    double p50,
    double p50Predicted,
    double p99,
    double p99Predicted) {
  /** Of two results of the same policy. */
  public static Comparison of(PolicyResult measured, PolicyResult predicted) {
    Quantiles first = measured.waits().firstContent();
    Quantiles expected = predicted.waits().firstContent();
    return new Comparison(
        measured.name(),
        measured.counts().answeredShare(),
        predicted.counts().answeredShare(),
        first.p50(),
        expected.p50(),
        first.p99(),
        expected.p99());
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
