package dev.forebay.it.wire;

import dev.forebay.it.fleet.Load;
import java.util.List;

/** One thing that happens to gateways, what of it is measured, and its bounds. */
interface WireCheck {
  /** Attempts of a call in one tier, and in all, by default. */
  int ATTEMPTS = 5;

  /** Below what independent attempts give. */
  double SLACK = 0.02;

  /** What {@code .ci/wire} takes to run it alone. */
  String label();

  /** The gateways that it needs; they start together with those of others. */
  List<Site.Plan> plans();

  /**
   * Lets it happen.
   *
   * @param sites one for each plan, ready
   */
  List<Row> measure(List<Site> sites) throws Exception;

  /**
   * A figure and its bound.
   *
   * @param isLeast whether the figure may not be below it; else it may not be above
   */
  record Row(String what, double is, double bound, boolean isLeast) {
    static Row atLeast(String what, double is, double bound) {
      return new Row(what, is, bound, true);
    }

    static Row atMost(String what, double is, double bound) {
      return new Row(what, is, bound, false);
    }
  }

  /** The part of the calls that was answered. */
  static double answered(List<Load.Ended> calls) {
    return (double) calls.stream().filter(Load.Ended::isAnswered).count() / calls.size();
  }

  /** The part of the calls that independent attempts answer, less {@link #SLACK}. */
  static double independent(double failing, int attempts) {
    return 1 - Math.pow(failing, attempts) - SLACK;
  }

  /**
   * How many attempts a deadline allows that is not spent on anything but backoff after throttles,
   * each as long as its draw can be: 2, 3, 5 and 9 s.
   */
  static int throttledAttempts(double deadlineSeconds) {
    double at = 0;
    int attempts = 1;
    for (int n = 0; attempts < ATTEMPTS; n++) {
      at += Math.pow(2, n) + 1;
      if (at + Site.ANSWER.toMillis() / 1_000.0 > deadlineSeconds) {
        break;
      }
      attempts++;
    }
    return attempts;
  }
}
