package dev.forebay.simulator;

import dev.forebay.simulator.report.Counts;
import dev.forebay.simulator.report.Quantiles;
import dev.forebay.simulator.report.Waits;

/** What became of the calls of one kind, or of several together. */
final class KindTally {
  long calls;
  long primary;
  long fallback;
  long refused;
  long gaveUp;
  long attempts;
  long throttled;
  double cost;
  final Longs firstContent = new Longs();
  final Longs answer = new Longs();
  final Longs admission = new Longs();

  void add(KindTally other) {
    calls += other.calls;
    primary += other.primary;
    fallback += other.fallback;
    refused += other.refused;
    gaveUp += other.gaveUp;
    attempts += other.attempts;
    throttled += other.throttled;
    cost += other.cost;
    firstContent.addAll(other.firstContent);
    answer.addAll(other.answer);
    admission.addAll(other.admission);
  }

  Counts counts(double charged, double wasted) {
    return new Counts(
        calls, primary, fallback, 0, refused, gaveUp, attempts, throttled, charged, wasted);
  }

  Waits waits() {
    return new Waits(
        Quantiles.ofNanos(firstContent.toArray()),
        Quantiles.ofNanos(answer.toArray()),
        Quantiles.ofNanos(admission.toArray()));
  }
}
