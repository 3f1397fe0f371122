package dev.forebay.simulator.report;

import java.util.List;

/**
 * The run over time, in steps of equal length. Rates are per second; of what ends, by its end.
 *
 * @param waiting calls without a request under way, at the end of each step
 * @param firstContentP50 in seconds, 0 where nothing came
 * @param levels for each target, the part of its quota that is taken
 * @param breakers for each target the state of its circuit: 0 closed, 1 half open, 2 open
 */
public record Series(
    double stepSeconds,
    List<Double> offered,
    List<Double> primary,
    List<Double> fallback,
    List<Double> refused,
    List<Double> gaveUp,
    List<Double> throttled,
    List<Double> waiting,
    List<Double> firstContentP50,
    List<Line> levels,
    List<Line> breakers) {
  /** One value for each step. */
  public record Line(String name, List<Double> values) {}
}
