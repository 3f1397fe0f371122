package dev.forebay.simulator;

import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A program with a usual retry loop for each target that its calls try, one after the other. Its
 * calls share what the loops remember. It decides and never waits, so that the simulator's clients
 * and real ones follow the same code. Not thread-safe.
 */
public final class LoopProgram {
  private static final int MANY_ATTEMPTS = 8;
  private static final long BUDGET_NANOS = 60_000_000_000L;

  private final List<LoopGroup> groups;

  private LoopProgram(List<LoopGroup> groups) {
    this.groups = groups;
  }

  /**
   * A program with a policy of the usual ones.
   *
   * @param route what it knows of its targets: their order, which are equal, and their quotas
   */
  public static LoopProgram of(Policy policy, Route route) {
    List<Target> targets =
        route.tiers().stream().flatMap(tier -> tier.targets().stream()).distinct().toList();
    return switch (policy) {
      case RETRY -> loops(1, targets, t -> new FullJitterLoop());
      case RETRY_8 -> loops(1, targets, t -> FullJitterLoop.attempts(MANY_ATTEMPTS));
      case RETRY_60S -> loops(1, targets, t -> FullJitterLoop.within(BUDGET_NANOS));
      case RETRY_FALLBACK -> loops(2, targets, t -> new FullJitterLoop());
      case RETRY_FALLBACKS -> loops(targets.size(), targets, t -> new FullJitterLoop());
      case ROUND_ROBIN -> tiers(route, LoopGroup.Choice.ROUND_ROBIN, FullJitterLoop::new);
      case AWS_LEGACY -> loops(1, targets, t -> AwsRetry.legacy());
      case AWS_STANDARD_2026 -> loops(1, targets, t -> AwsRetry.standard2026());
      case AWS_ADAPTIVE -> loops(1, targets, t -> new AdaptiveRetry());
      case RESILIENCE4J -> loops(1, targets, t -> new Resilience4j());
      case COOL_DOWN -> tiers(route, LoopGroup.Choice.COOL_DOWN, CoolDownLoop::new);
      case LOCAL_BUCKET -> loops(2, targets, t -> new LocalBucket(perMinute(t)));
      case FOREBAY -> throw new IllegalArgumentException("Forebay is no loop");
    };
  }

  /**
   * A call, whose first step is {@link LoopCall#attempt}.
   *
   * @param tokens what the service will reserve for it
   */
  public LoopCall begin(long tokens) {
    return new LoopCall(groups, tokens);
  }

  /** The state of the circuit of the target at that place. */
  double breaker(int place, long now) {
    for (LoopGroup group : groups) {
      if (group.has(place)) {
        return group.loop.breaker(now);
      }
    }
    return 0;
  }

  private static LoopProgram loops(
      int depth, List<Target> targets, Function<Target, RetryLoop> loop) {
    List<LoopGroup> groups = new ArrayList<>();
    for (int i = 0; i < Math.min(depth, targets.size()); i++) {
      groups.add(new LoopGroup(i, 1, LoopGroup.Choice.ROUND_ROBIN, loop.apply(targets.get(i))));
    }
    return new LoopProgram(groups);
  }

  /** Equal targets of a tier share a loop; one that stood in an earlier tier is left out. */
  private static LoopProgram tiers(Route route, LoopGroup.Choice choice, Supplier<RetryLoop> loop) {
    List<LoopGroup> groups = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Tier tier : route.tiers()) {
      int first = seen.size();
      tier.targets().forEach(target -> seen.add(target.name()));
      if (seen.size() > first) {
        groups.add(new LoopGroup(first, seen.size() - first, choice, loop.get()));
      }
    }
    return new LoopProgram(groups);
  }

  private static long perMinute(Target target) {
    return switch (target.quota()) {
      case TargetQuota.Joint joint -> joint.tokensPerMinute();
      case TargetQuota.Split split -> split.inputTokensPerMinute();
    };
  }
}
