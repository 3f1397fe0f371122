package dev.forebay.simulator;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A program with a usual retry loop for each target that its calls try, one after the other. Its
 * calls share what the loops remember. It decides and never waits, so that the simulator's clients
 * and real ones follow the same code. Not thread-safe.
 */
public final class LoopProgram {
  private final List<RetryLoop> loops;

  private LoopProgram(List<RetryLoop> loops) {
    this.loops = loops;
  }

  /**
   * A program with a policy of the usual ones.
   *
   * @param targets how many targets there are
   */
  public static LoopProgram of(Policy policy, int targets) {
    return switch (policy) {
      case RETRY -> loops(1, targets, FullJitterLoop::new);
      case RETRY_FALLBACK -> loops(2, targets, FullJitterLoop::new);
      case AWS_LEGACY -> loops(1, targets, AwsRetry::legacy);
      case AWS_STANDARD_2026 -> loops(1, targets, AwsRetry::standard2026);
      case RESILIENCE4J -> loops(1, targets, Resilience4j::new);
      case FOREBAY -> throw new IllegalArgumentException("Forebay is no loop");
    };
  }

  /** A call, whose first step is {@link LoopCall#attempt}. */
  public LoopCall begin() {
    return new LoopCall(loops);
  }

  /** How many targets a call may try. */
  int depth() {
    return loops.size();
  }

  double breaker(int rung, long now) {
    return loops.get(rung).breaker(now);
  }

  private static LoopProgram loops(int depth, int targets, Supplier<RetryLoop> loop) {
    return new LoopProgram(Stream.generate(loop).limit(Math.min(depth, targets)).toList());
  }
}
