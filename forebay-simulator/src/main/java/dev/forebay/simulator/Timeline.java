package dev.forebay.simulator;

import dev.forebay.simulator.report.Series;
import dev.forebay.simulator.report.Series.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The run over time, in at most 600 steps: what is counted in each, and what is seen at its end.
 */
final class Timeline {
  static final int OFFERED = 0;
  static final int PRIMARY = 1;
  static final int FALLBACK = 2;
  static final int REFUSED = 3;
  static final int GAVE_UP = 4;
  static final int THROTTLED = 5;
  private static final int COUNTERS = 6;

  private static final int MAX_STEPS = 600;
  private static final long SECOND = 1_000_000_000L;

  private final Simulation simulation;
  private final long stepNanos;
  private final int steps;
  private final long[][] counts;
  private final Durations[] firstContent;
  private final double[] waiting;
  private final double[][] levels;
  private final double[][] breakers;
  private int seen;

  Timeline(Scenario scenario, Simulation simulation) {
    this.simulation = simulation;
    long seconds = Math.max(1, -Math.floorDiv(-scenario.duration().toNanos(), SECOND));
    long perStep = -Math.floorDiv(-seconds, MAX_STEPS);
    this.stepNanos = perStep * SECOND;
    this.steps = (int) -Math.floorDiv(-seconds, perStep);
    this.counts = new long[COUNTERS][steps];
    this.firstContent = new Durations[steps];
    Arrays.setAll(firstContent, i -> new Durations());
    this.waiting = new double[steps];
    this.levels = new double[simulation.targets().size()][steps];
    this.breakers = new double[simulation.targets().size()][steps];
  }

  /** Looks at the state of things for every step that ends before this time. */
  void clockAt(long now, Clients clients) {
    while (seen < steps && now >= (seen + 1) * stepNanos) {
      // Just before the end, because a quota's window may begin anew at it.
      long at = (seen + 1) * stepNanos - 1;
      waiting[seen] = simulation.waiting();
      for (int i = 0; i < levels.length; i++) {
        levels[i][seen] = simulation.target(i).level(at);
        breakers[i][seen] = clients.breaker(i, at);
      }
      seen++;
    }
  }

  /** Counts one; what ends after the last step is not shown. */
  void count(int what, long now) {
    int step = (int) (now / stepNanos);
    if (step < steps) {
      counts[what][step]++;
    }
  }

  void firstContent(long after, long now) {
    int step = (int) (now / stepNanos);
    if (step < steps) {
      firstContent[step].add(after);
    }
  }

  Series series() {
    List<Double> medians = new ArrayList<>();
    for (Durations durations : firstContent) {
      medians.add(durations.median());
    }
    return new Series(
        stepNanos / 1e9,
        rate(OFFERED),
        rate(PRIMARY),
        rate(FALLBACK),
        rate(REFUSED),
        rate(GAVE_UP),
        rate(THROTTLED),
        list(waiting),
        medians,
        lines(levels),
        lines(breakers));
  }

  private List<Double> rate(int what) {
    return Arrays.stream(counts[what]).mapToObj(count -> count * 1e9 / stepNanos).toList();
  }

  private List<Line> lines(double[][] values) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      lines.add(new Line(simulation.target(i).model.name(), list(values[i])));
    }
    return lines;
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** A histogram of durations whose classes grow by a tenth. */
  private static final class Durations {
    private static final double LEAST = 1e6;
    private static final double LOG_GROWTH = Math.log(1.1);
    private static final int CLASSES = 160;

    private int[] classes = new int[0];
    private int count;

    void add(long nanos) {
      if (classes.length == 0) {
        classes = new int[CLASSES];
      }
      int index = (int) (Math.log(Math.max(1, nanos / LEAST)) / LOG_GROWTH);
      classes[Math.min(index, CLASSES - 1)]++;
      count++;
    }

    double median() {
      int left = (count + 1) / 2;
      for (int i = 0; i < classes.length && count > 0; i++) {
        left -= classes[i];
        if (left <= 0) {
          return LEAST / 1e9 * Math.exp((i + 0.5) * LOG_GROWTH);
        }
      }
      return 0;
    }
  }
}
