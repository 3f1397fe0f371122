package dev.forebay.simulator;

import dev.forebay.simulator.report.Bound;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Report;
import dev.forebay.simulator.report.Section;
import dev.forebay.simulator.report.Spread;
import java.util.ArrayList;
import java.util.List;

/** Runs a scenario: every policy against the same calls and the same world. */
public final class Simulator {
  private Simulator() {}

  /**
   * Runs a scenario.
   *
   * @param seeds how many runs, with the scenario's seed and those after it; the report's details
   *     are those of the first
   */
  public static Report run(Scenario scenario, int seeds) {
    List<Bound> bounds = new ArrayList<>();
    // For each number of gateways, then for each seed.
    List<List<List<PolicyResult>>> all = new ArrayList<>();
    scenario.gateways().forEach(gateways -> all.add(new ArrayList<>()));
    for (int i = 0; i < seeds; i++) {
      long seed = scenario.seed() + i;
      // The calls and their bound are the same for every number of gateways.
      List<PlannedCall> plan = CallPlan.of(scenario, seed);
      Bound bound = Oracle.of(scenario, plan, seed);
      bounds.add(bound);
      for (int section = 0; section < all.size(); section++) {
        int gateways = scenario.gateways().get(section);
        all.get(section)
            .add(
                scenario.policies().stream()
                    .map(
                        policy -> new Simulation(scenario, policy, gateways, seed).run(plan, bound))
                    .toList());
      }
    }
    List<Section> sections = new ArrayList<>();
    for (int section = 0; section < all.size(); section++) {
      List<List<PolicyResult>> runs = all.get(section);
      sections.add(
          new Section(
              label(scenario, scenario.gateways().get(section)),
              bounds.stream().findFirst(),
              runs.getFirst(),
              seeds == 1 ? List.of() : spreads(runs)));
    }
    String subtitle =
        seeds == 1
            ? "simulated, seed " + scenario.seed()
            : "simulated, seeds %d to %d, details of the first"
                .formatted(scenario.seed(), scenario.seed() + seeds - 1);
    return new Report(scenario.name(), scenario.description(), subtitle, sections);
  }

  private static String label(Scenario scenario, int gateways) {
    return scenario.gateways().size() == 1 && gateways == 1
        ? ""
        : gateways + (gateways == 1 ? " gateway" : " gateways");
  }

  /**
   * What else might have come of the very same calls: every policy again, with other jitter and
   * other latencies.
   *
   * @param runs how many times
   * @return for each run, the results in the order of the scenario's policies
   */
  public static List<List<PolicyResult>> again(Scenario scenario, int runs) {
    List<PlannedCall> plan = CallPlan.of(scenario, scenario.seed());
    Bound unknown = new Bound(0, 0, 0, 0);
    List<List<PolicyResult>> all = new ArrayList<>();
    for (int i = 1; i <= runs; i++) {
      long seed = Draws.mix(scenario.seed(), i);
      all.add(
          scenario.policies().stream()
              .map(policy -> new Simulation(scenario, policy, 1, seed).run(plan, unknown))
              .toList());
    }
    return all;
  }

  private static List<Spread> spreads(List<List<PolicyResult>> runs) {
    List<Spread> spreads = new ArrayList<>();
    for (int i = 0; i < runs.getFirst().size(); i++) {
      int index = i;
      List<PolicyResult> of = runs.stream().map(run -> run.get(index)).toList();
      spreads.add(
          new Spread(
              of.getFirst().name(),
              of.size(),
              of.stream().mapToDouble(PolicyResult::goodput).average().orElse(0),
              of.stream().mapToDouble(PolicyResult::goodput).min().orElse(0),
              of.stream().mapToDouble(r -> r.counts().answeredShare()).average().orElse(0),
              of.stream().mapToDouble(r -> r.counts().answeredShare()).min().orElse(0),
              of.stream().mapToDouble(r -> r.counts().attemptsPerAnswer()).average().orElse(0),
              of.stream().mapToDouble(r -> r.counts().attemptsPerAnswer()).max().orElse(0),
              of.stream().mapToDouble(r -> r.waits().firstContent().p99()).average().orElse(0),
              of.stream().mapToDouble(r -> r.waits().firstContent().p99()).max().orElse(0)));
    }
    return spreads;
  }
}
