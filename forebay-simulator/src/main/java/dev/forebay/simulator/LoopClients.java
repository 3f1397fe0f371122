package dev.forebay.simulator;

import dev.forebay.core.Route;
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
    Route configured =
        CoreBridge.share(
            simulation.scenario().configured(), simulation.scenario().splitQuota() ? count : 1);
    for (int i = 0; i < count; i++) {
      programs.add(LoopProgram.of(policy, configured));
    }
  }

  @Override
  public CallRun run(PlannedCall call, int gateway) {
    return new LoopRun(
        simulation,
        call,
        ladder,
        programs.get(gateway).begin((long) call.inputTokens() + call.maxTokens()));
  }

  @Override
  public double breaker(int target, long now) {
    for (int i = 0; i < ladder.length; i++) {
      if (ladder[i] == target) {
        return programs.getFirst().breaker(i, now);
      }
    }
    return 0;
  }
}
