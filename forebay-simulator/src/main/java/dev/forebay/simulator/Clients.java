package dev.forebay.simulator;

import dev.forebay.simulator.report.FleetResult;
import org.jspecify.annotations.Nullable;

/** The programs that make the calls, each with what it remembers from call to call. */
interface Clients {
  /** A call of one of the programs. */
  CallRun run(PlannedCall call, int gateway);

  /** The state of a target's circuit at the first of them: 0 closed, 1 half open, 2 open. */
  default double breaker(int target, long now) {
    return 0;
  }

  /** What its members asked of the store; null without one. */
  default @Nullable FleetResult fleet() {
    return null;
  }

  static Clients of(Policy policy, Simulation simulation, int count) {
    return switch (policy) {
      case FOREBAY -> new ForebayClients(simulation, count);
      default -> new LoopClients(simulation, count, policy);
    };
  }
}
