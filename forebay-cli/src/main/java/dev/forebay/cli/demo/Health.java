package dev.forebay.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well this machine kept up, since a machine that does not would be measured instead of the
 * policies.
 *
 * @param speed seconds of the story in a real one
 * @param realSeconds how long it took
 * @param cpuShare of all cores, this process's part
 * @param lagP99Millis how late calls were sent, in real time
 * @param calls that were planned
 */
public record Health(
    double speed, double realSeconds, double cpuShare, double lagP99Millis, int calls) {
  private static final double MOST_LAG_MILLIS = 100;
  private static final double MOST_CPU = 0.85;

  /** What makes the result doubtful; mostly nothing. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (lagP99Millis > MOST_LAG_MILLIS) {
      warnings.add(
          "The machine fell behind: calls were sent up to %.0f ms late (p99). Lower --speed."
              .formatted(lagP99Millis));
    }
    if (cpuShare > MOST_CPU) {
      warnings.add(
          "The machine was busy (%.0f %% of its cores): waits may be its own. Lower --speed."
              .formatted(cpuShare * 100));
    }
    return warnings;
  }

  /** How it was run, in a line. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%d calls for each policy, %s times as fast as real time, in %.0f s; CPU %.0f %%, calls"
            + " sent at most %.1f ms late (p99)",
        calls,
        speed == Math.rint(speed) ? Long.toString((long) speed) : Double.toString(speed),
        realSeconds,
        cpuShare * 100,
        lagP99Millis);
  }
}
