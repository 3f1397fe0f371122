package dev.forebay.simulator;

import dev.forebay.core.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A story that each policy goes through: who calls, what the service really is, and what the
 * policies know of it.
 *
 * @param warmUp calls that arrive before are made and not counted
 * @param gateways how many instances share the calls; more than one number runs the story for each
 * @param mix kinds of calls, in the order of the file
 * @param arrivals the calls per second that the kinds with a weight share
 * @param targets the service as it really is, by name
 * @param configured what Forebay is configured with: its route, with the quotas that it knows of
 * @param splitQuota whether each of several gateways knows its part of a quota, or the whole
 * @param cluster the store through which Forebay's gateways share each quota; then each knows the
 *     whole
 * @param policies the keys of the policies to compare
 */
public record Scenario(
    String name,
    String description,
    Duration duration,
    Duration warmUp,
    long seed,
    List<Integer> gateways,
    Curve arrivals,
    List<CallClass> mix,
    Map<String, TargetModel> targets,
    Route configured,
    boolean splitQuota,
    Optional<ClusterModel> cluster,
    List<Policy> policies) {
  public Scenario {
    gateways = List.copyOf(gateways);
    mix = List.copyOf(mix);
    policies = List.copyOf(policies);
  }

  /** The same with other policies. */
  public Scenario withPolicies(List<Policy> chosen) {
    return new Scenario(
        name,
        description,
        duration,
        warmUp,
        seed,
        gateways,
        arrivals,
        mix,
        targets,
        configured,
        splitQuota,
        cluster,
        chosen);
  }

  /** The same with another seed. */
  public Scenario withSeed(long chosen) {
    return new Scenario(
        name,
        description,
        duration,
        warmUp,
        chosen,
        gateways,
        arrivals,
        mix,
        targets,
        configured,
        splitQuota,
        cluster,
        policies);
  }
}
