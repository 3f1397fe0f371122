package dev.forebay.simulator;

/** The programs that make the calls, each with what it remembers from call to call. */
interface Clients {
  /** A call of one of the programs. */
  CallRun run(PlannedCall call, int gateway);

  /** The state of a target's circuit at the first of them: 0 closed, 1 half open, 2 open. */
  default double breaker(int target, long now) {
    return 0;
  }

  static Clients of(Policy policy, Simulation simulation, int count) {
    return switch (policy) {
      case FOREBAY -> new ForebayClients(simulation, count);
      case RETRY -> new LoopClients(simulation, count, 1, () -> new FullJitterLoop());
      case RETRY_FALLBACK -> new LoopClients(simulation, count, 2, () -> new FullJitterLoop());
      case AWS_LEGACY -> new LoopClients(simulation, count, 1, AwsRetry::legacy);
      case AWS_STANDARD_2026 -> new LoopClients(simulation, count, 1, AwsRetry::standard2026);
      case RESILIENCE4J -> new LoopClients(simulation, count, 1, Resilience4j::new);
    };
  }
}
