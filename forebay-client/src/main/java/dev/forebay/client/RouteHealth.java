package dev.forebay.client;

import dev.forebay.core.health.Breaker;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a route's targets at one moment, see {@link Forebay#health}. Immutable.
 *
 * @param route its name: the model id that it is for
 * @param targets in the order of the tiers; never empty
 */
public record RouteHealth(String route, List<TargetHealth> targets) {
  /** What calls of a route can expect. */
  public enum Status {
    /** A target of the first tier takes calls. */
    UP,
    /** Only fallbacks take calls. */
    DEGRADED,
    /** The circuit breaker of every target is open; calls get degraded answers or errors. */
    DOWN
  }

  /**
   * One target.
   *
   * @param name as the configuration names it
   * @param tier 0 for the first one
   * @param region the AWS region that is called
   * @param model the model id or inference profile; empty: the one that the call asks for
   * @param circuit its circuit breaker; {@code CLOSED} also if it was never called
   */
  public record TargetHealth(
      String name, int tier, String region, Optional<String> model, Breaker.Position circuit) {
    boolean takesCalls() {
      return circuit != Breaker.Position.OPEN;
    }
  }

  /** Copies the list. */
  public RouteHealth {
    targets = List.copyOf(targets);
  }

  /** What calls can expect. A half open circuit counts as one that takes calls. */
  public Status status() {
    if (targets.stream().anyMatch(target -> target.tier() == 0 && target.takesCalls())) {
      return Status.UP;
    }
    return targets.stream().anyMatch(TargetHealth::takesCalls) ? Status.DEGRADED : Status.DOWN;
  }
}
