package dev.forebay.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Programs with a usual retry loop for the first target, and maybe for the next one after it. */
final class LoopClients implements Clients {
  private final Simulation simulation;
  private final int[] ladder;
  private final List<RetryLoop[]> loops = new ArrayList<>();

  /**
   * Programs with loops of their own.
   *
   * @param depth how many targets a call may try, one after the other
   */
  LoopClients(Simulation simulation, int count, int depth, Supplier<RetryLoop> loop) {
    this.simulation = simulation;
    int[] all = simulation.ladder();
    this.ladder = Arrays.copyOf(all, Math.min(depth, all.length));
    for (int i = 0; i < count; i++) {
      RetryLoop[] own = new RetryLoop[ladder.length];
      for (int j = 0; j < own.length; j++) {
        own[j] = loop.get();
      }
      loops.add(own);
    }
  }

  @Override
  public CallRun run(PlannedCall call, int gateway) {
    return new LoopRun(simulation, call, ladder, loops.get(gateway));
  }

  @Override
  public double breaker(int target, long now) {
    for (int i = 0; i < ladder.length; i++) {
      if (ladder[i] == target) {
        return loops.getFirst()[i].breaker(now);
      }
    }
    return 0;
  }
}
