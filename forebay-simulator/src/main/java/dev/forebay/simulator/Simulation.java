package dev.forebay.simulator;

import dev.forebay.simulator.report.Bound;
import dev.forebay.simulator.report.PolicyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One policy's run through a scenario, in virtual time on one thread. */
final class Simulation {
  private final Scenario scenario;
  private final Policy policy;
  private final int gateways;
  private final long seed;
  private final EventQueue queue = new EventQueue();
  private final List<TargetWorld> targets = new ArrayList<>();
  private final Map<String, Integer> indexes = new TreeMap<>();
  private final RunTally tally;
  private final Draws random;
  private final Draws routing;
  private int calls;
  private int sending;
  private long now;

  Simulation(Scenario scenario, Policy policy, int gateways, long seed) {
    this.scenario = scenario;
    this.policy = policy;
    this.gateways = gateways;
    this.seed = seed;
    this.random = new Draws(Draws.mix(seed, policy.key()));
    this.routing = new Draws(Draws.mix(seed, "routing"));
    long from = scenario.warmUp().toNanos();
    long until = scenario.duration().toNanos();
    for (TargetModel model : scenario.targets().values()) {
      indexes.put(model.name(), targets.size());
      targets.add(new TargetWorld(model, targets.size(), seed, from, until));
    }
    this.tally = new RunTally(scenario, ladder(), this);
  }

  /** Runs the calls to their ends. */
  PolicyResult run(List<PlannedCall> plan, Bound bound) {
    Clients clients = Clients.of(policy, this, gateways);
    int next = 0;
    while (next < plan.size() || !queue.isEmpty()) {
      boolean arrival =
          next < plan.size() && (queue.isEmpty() || plan.get(next).atNanos() <= queue.nextNanos());
      now = arrival ? plan.get(next).atNanos() : queue.nextNanos();
      tally.clockAt(now, clients);
      if (arrival) {
        PlannedCall call = plan.get(next++);
        calls++;
        tally.arrived(call);
        int gateway = gateways == 1 ? 0 : routing.nextInt(gateways);
        clients.run(call, gateway).start(call.atNanos());
      } else {
        queue.runNext();
      }
    }
    return tally.result(policy, targets, bound, clients.fleet());
  }

  /** The targets from best to last, as the route orders them. */
  int[] ladder() {
    return scenario.configured().tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .mapToInt(target -> index(target.name()))
        .distinct()
        .toArray();
  }

  int index(String target) {
    Integer index = indexes.get(target);
    if (index == null) {
      throw new IllegalArgumentException("the scenario has no target " + target);
    }
    return index;
  }

  Scenario scenario() {
    return scenario;
  }

  TargetWorld target(int index) {
    return targets.get(index);
  }

  List<TargetWorld> targets() {
    return targets;
  }

  RunTally tally() {
    return tally;
  }

  Draws random() {
    return random;
  }

  /** Random values of their own for something that has a name. */
  Draws draws(String name) {
    return new Draws(Draws.mix(seed, name));
  }

  /** Whether calls arrive or are under way. */
  boolean goesOn() {
    return calls > 0 || now < scenario.duration().toNanos();
  }

  /** Whether what happens now counts. */
  boolean measures() {
    return now >= scenario.warmUp().toNanos() && now < scenario.duration().toNanos();
  }

  /** The time of the event that happens now. */
  long now() {
    return now;
  }

  void schedule(long nanos, EventQueue.Actor actor, long tag) {
    queue.schedule(nanos, actor, tag);
  }

  void sendingBegins() {
    sending++;
  }

  void sendingEnds() {
    sending--;
  }

  void callEnds() {
    calls--;
  }

  /** Calls that have no request under way; with hedges it may be less. */
  int waiting() {
    return Math.max(0, calls - sending);
  }
}
