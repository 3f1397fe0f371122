package dev.forebay.simulator;

import java.util.ArrayList;
import java.util.List;

/** Programs with a usual retry loop for the first target, and maybe for the next one after it. */
final class LoopClients implements Clients {
  private final Simulation simulation;
  private final int[] ladder;
  private final List<LoopProgram> programs = new ArrayList<>();

  LoopClients(Simulation simulation, int count, Policy policy) {
    this.simulation = simulation;
    this.ladder = simulation.ladder();
    for (int i = 0; i < count; i++) {
      programs.add(LoopProgram.of(policy, ladder.length));
    }
  }

  @Override
  public CallRun run(PlannedCall call, int gateway) {
    return new LoopRun(simulation, call, ladder, programs.get(gateway).begin());
  }

  @Override
  public double breaker(int target, long now) {
    LoopProgram first = programs.getFirst();
    for (int i = 0; i < first.depth(); i++) {
      if (ladder[i] == target) {
        return first.breaker(i, now);
      }
    }
    return 0;
  }
}
