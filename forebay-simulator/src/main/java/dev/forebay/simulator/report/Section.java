package dev.forebay.simulator.report;

import java.util.List;
import java.util.Optional;

/**
 * One variant of a run: the same calls for every policy.
 *
 * @param label what is special about it; empty if there is only one
 * @param bound what no policy can exceed; empty if it is not known
 * @param spreads over several seeds; empty for one
 */
public record Section(
    String label, Optional<Bound> bound, List<PolicyResult> policies, List<Spread> spreads) {
  public Section {
    policies = List.copyOf(policies);
    spreads = List.copyOf(spreads);
  }

  /** The result of a policy, by its name. */
  public Optional<PolicyResult> policy(String name) {
    return policies.stream().filter(policy -> policy.name().equals(name)).findFirst();
  }
}
