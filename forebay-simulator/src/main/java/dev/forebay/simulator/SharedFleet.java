package dev.forebay.simulator;

import dev.forebay.cluster.Member;
import dev.forebay.cluster.SharedStore;
import dev.forebay.core.Target;
import dev.forebay.simulator.report.FleetResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Gateways that lease parts of each quota from a store, by the code of the gateway. Each looks at
 * its targets as often as in the gateway, one after the other within the time between two looks.
 */
final class SharedFleet {
  /** Within which they look for the first time. */
  private static final long BEGIN_NANOS = Duration.ofMillis(20).toNanos();

  private final Simulation simulation;
  private final ClusterModel model;
  private final DistantStore store;
  private final Draws lifetimes;
  private final Map<Target, String> quotas = new LinkedHashMap<>();
  private final List<SimulatedGateway> gateways;
  private long begun;

  /**
   * Begins with members of those gateways.
   *
   * @param gateways in which a new one takes the place of one that has gone
   */
  SharedFleet(
      Simulation simulation,
      ClusterModel model,
      List<SimulatedGateway> gateways,
      Target[] targets) {
    this.simulation = simulation;
    this.model = model;
    this.store = new DistantStore(simulation, model);
    this.lifetimes = simulation.draws("lifetimes");
    this.gateways = gateways;
    for (Target target : targets) {
      quotas.put(target, target.name());
    }
    for (int i = 0; i < gateways.size(); i++) {
      begin(i, i * BEGIN_NANOS / gateways.size());
    }
  }

  FleetResult result() {
    Scenario scenario = simulation.scenario();
    return new FleetResult(
        gateways.size(),
        begun,
        store.operations(),
        store.unanswered(),
        scenario.duration().minus(scenario.warmUp()).toNanos() / 1e9);
  }

  private void begin(int place, long atNanos) {
    SimulatedGateway gateway = gateways.get(place);
    SharedStore connection = store.connect();
    Member member =
        new Member(
            "m" + begun++,
            connection,
            model.members(),
            gateway.journeys.targets(),
            simulation::now,
            Runnable::run);
    member.share(quotas);
    // At the start some have lived for a while already.
    long ends =
        model
            .lifetime()
            .map(life -> life.sample(lifetimes) * (atNanos < BEGIN_NANOS ? share() : 1))
            .map(seconds -> atNanos + Math.round(seconds * 1e9))
            .orElse(Long.MAX_VALUE);
    Ticking ticking = new Ticking(place, gateway, member, connection, ends);
    member.listen(() -> ticking.next(simulation.now()));
    ticking.next(atNanos);
  }

  private double share() {
    return lifetimes.nextDouble();
  }

  private final class Ticking implements EventQueue.Actor {
    private final int place;
    private final SimulatedGateway gateway;
    private final Member member;
    private final SharedStore connection;
    private final long endsNanos;
    private boolean isReplaced;
    private long ticks;

    Ticking(
        int place,
        SimulatedGateway gateway,
        Member member,
        SharedStore connection,
        long endsNanos) {
      this.place = place;
      this.gateway = gateway;
      this.member = member;
      this.connection = connection;
      this.endsNanos = endsNanos;
    }

    /** Ticks then, and not when it would have else. */
    void next(long atNanos) {
      simulation.schedule(atNanos, this, ++ticks);
    }

    @Override
    public void happens(long tag, long now) {
      if (tag != ticks) {
        return;
      }
      if (now >= endsNanos && !isReplaced) {
        isReplaced = true;
        gateways.set(place, new SimulatedGateway());
        begin(place, now);
      }
      if (isReplaced && gateway.isIdle()) {
        connection.close();
        return;
      }
      member.tick(TimeUnit.NANOSECONDS.toMillis(now));
      if (simulation.goesOn()) {
        next(now + TimeUnit.MILLISECONDS.toNanos(member.nextTickMillis()));
      }
    }
  }
}
