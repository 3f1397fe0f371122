package dev.forebay.cli.demo;

import dev.forebay.simulator.PlannedCall;
import dev.forebay.simulator.report.Quantiles;
import dev.forebay.simulator.report.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One policy over time, in at most 600 steps: waiting calls are sampled, the rest is counted. */
final class Strip {
  private static final int MAX_STEPS = 600;
  private static final long SECOND = 1_000_000_000L;

  private final long stepNanos;
  private final int steps;
  private final double[] waiting;

  Strip(Duration duration) {
    long whole = duration.toNanos();
    this.stepNanos = Math.max(SECOND, (whole + MAX_STEPS - 1) / MAX_STEPS);
    this.steps = (int) ((whole + stepNanos - 1) / stepNanos);
    this.waiting = new double[steps];
  }

  /** So many wait now, and are taken to wait until the next sample. */
  void sample(long now, int waits) {
    int step = (int) Math.max(0, now / stepNanos);
    if (step < steps) {
      Arrays.fill(waiting, step, steps, waits);
    }
  }

  Series series(List<Ended> calls) {
    double[] offered = new double[steps];
    double[][] ends = new double[Ended.End.values().length][steps];
    List<List<Long>> waits = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      waits.add(new ArrayList<>());
    }
    for (Ended ended : calls) {
      PlannedCall call = ended.call();
      add(offered, call.atNanos());
      switch (ended.end()) {
        case PRIMARY -> add(ends[0], ended.endNanos());
        case FALLBACK -> add(ends[1], ended.endNanos());
        case REFUSED -> add(ends[2], ended.endNanos());
        case GAVE_UP -> add(ends[3], ended.endNanos());
        case QUEUED -> add(ends[4], ended.endNanos());
      }
      int step = (int) (ended.endNanos() / stepNanos);
      if (ended.answered() && step < steps) {
        waits.get(step).add(ended.firstContent());
      }
    }
    return new Series(
        stepNanos / 1e9,
        list(offered),
        list(ends[0]),
        list(ends[1]),
        list(ends[2]),
        list(ends[3]),
        list(ends[4]),
        list(waiting),
        waits.stream().map(Strip::median).toList(),
        List.of(),
        List.of());
  }

  private void add(double[] rate, long at) {
    int step = (int) (at / stepNanos);
    if (step < steps) {
      rate[step] += 1e9 / stepNanos;
    }
  }

  private static double median(List<Long> waits) {
    return Quantiles.ofNanos(waits.stream().mapToLong(Long::longValue).toArray()).p50();
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
