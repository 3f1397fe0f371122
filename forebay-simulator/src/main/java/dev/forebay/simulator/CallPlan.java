package dev.forebay.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls of a scenario, drawn from a seed: Poisson arrivals along the curves, and what each call
 * is made of. The same seed gives the same calls for every policy.
 */
public final class CallPlan {
  private CallPlan() {}

  /** All calls, in the order of arrival. */
  public static List<PlannedCall> of(Scenario scenario, long seed) {
    List<ArrivalStream> streams = new ArrayList<>();
    double[] weights = new double[scenario.mix().size()];
    for (int i = 0; i < weights.length; i++) {
      CallClass kind = scenario.mix().get(i);
      weights[i] = kind.arrivals().isPresent() ? 0 : kind.weight();
      int own = i;
      kind.arrivals()
          .ifPresent(curve -> streams.add(stream(curve, seed, own, scenario.duration().toNanos())));
    }
    double total = sum(weights);
    if (total > 0) {
      streams.add(stream(scenario.arrivals(), seed, -1, scenario.duration().toNanos()));
    }
    List<PlannedCall> calls = new ArrayList<>();
    Draws draws = new Draws(0);
    while (true) {
      ArrivalStream next = earliest(streams);
      if (next.nextNanos() == ArrivalStream.OVER) {
        return calls;
      }
      long callSeed = Draws.mix(seed, calls.size());
      draws.reseed(callSeed);
      int kind = next.kind() >= 0 ? next.kind() : pick(weights, draws.nextDouble() * total);
      calls.add(
          call(calls.size(), next.nextNanos(), kind, scenario.mix().get(kind), draws, callSeed));
      next.advance();
    }
  }

  private static PlannedCall call(
      int index, long atNanos, int kind, CallClass from, Draws draws, long seed) {
    int input = tokens(from.inputTokens(), draws);
    int max = tokens(from.maxTokens(), draws);
    int output = Math.min(max, tokens(from.outputTokens(), draws));
    return new PlannedCall(
        index, atNanos, kind, input, max, output, from.deadline().toNanos(), ~seed);
  }

  private static int tokens(Distribution distribution, Draws draws) {
    return (int) Math.clamp(Math.round(distribution.sample(draws)), 1L, 10_000_000L);
  }

  private static ArrivalStream stream(Curve curve, long seed, int kind, long untilNanos) {
    return new ArrivalStream(curve, kind, new Draws(Draws.mix(~seed, kind)), untilNanos);
  }

  private static ArrivalStream earliest(List<ArrivalStream> streams) {
    ArrivalStream best = streams.getFirst();
    for (ArrivalStream stream : streams) {
      if (stream.nextNanos() < best.nextNanos()) {
        best = stream;
      }
    }
    return best;
  }

  private static int pick(double[] weights, double at) {
    double left = at;
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        left -= weights[i];
        if (left < 0) {
          return i;
        }
      }
    }
    return last;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
