package dev.forebay.simulator;

import dev.forebay.core.Call;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import dev.forebay.core.Timeouts;
import dev.forebay.simulator.report.FleetResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gateways, each with the core's own state; none knows of the others, except through a store. */
final class ForebayClients implements Clients {
  private final Simulation simulation;
  private final Route route;
  private final List<SimulatedGateway> gateways = new ArrayList<>();
  private final List<Tenant> tenants = new ArrayList<>();
  private final Target[] targets;
  private final @Nullable SharedFleet fleet;

  ForebayClients(Simulation simulation, int count) {
    this.simulation = simulation;
    Scenario scenario = simulation.scenario();
    boolean splits = scenario.splitQuota() && scenario.cluster().isEmpty();
    this.route = CoreBridge.share(scenario.configured(), splits ? count : 1);
    for (int i = 0; i < count; i++) {
      gateways.add(new SimulatedGateway());
    }
    scenario.mix().forEach(kind -> tenants.add(new Tenant(kind.tenant(), kind.tenantWeight())));
    this.targets = scenario.targets().keySet().stream().map(this::known).toArray(Target[]::new);
    this.fleet =
        scenario
            .cluster()
            .map(cluster -> new SharedFleet(simulation, cluster, gateways, targets))
            .orElse(null);
  }

  @Override
  public CallRun run(PlannedCall call, int gateway) {
    CallClass kind = simulation.scenario().mix().get(call.kind());
    Call estimated =
        new Call(
            kind.streaming(),
            call.inputTokens(),
            call.maxTokens(),
            Duration.ofNanos(call.deadlineNanos()),
            kind.priority(),
            tenants.get(call.kind()),
            0,
            call.inputTokens() * 4,
            true);
    return new ForebayRun(simulation, call, gateways.get(gateway), route, estimated);
  }

  @Override
  public @Nullable FleetResult fleet() {
    return fleet == null ? null : fleet.result();
  }

  @Override
  public double breaker(int target, long now) {
    return switch (gateways
        .getFirst()
        .journeys
        .targets()
        .state(targets[target], now)
        .breaker()
        .position(now)) {
      case CLOSED -> 0;
      case HALF_OPEN -> 1;
      case OPEN -> 2;
    };
  }

  /** The target as the route knows it; one that the route does not use, as it is. */
  private Target known(String name) {
    return route.tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseGet(() -> new Target(name, Timeouts.DEFAULTS));
  }
}
