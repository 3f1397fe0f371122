package dev.forebay.simulator;

import dev.forebay.core.TargetQuota;
import dev.forebay.simulator.report.Bound;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs companies drawn at random: where Forebay stands against each baseline and the oracle. */
public final class Companies {
  /** How the quotas are configured, in place of what is drawn. */
  public static final List<String> QUOTA_KNOWLEDGE = List.of("known", "half", "double", "unknown");

  private Companies() {}

  /**
   * Runs them one after the other.
   *
   * @param first the number of the first one
   * @param count how many, with the numbers that follow
   * @param runs how often each, with other calls
   * @param quota one of {@link #QUOTA_KNOWLEDGE}; empty for what is drawn
   * @param policies Forebay and what it is compared with
   * @param progress receives each run
   */
  public static Ranking run(
      long first,
      int count,
      int runs,
      Optional<String> quota,
      List<Policy> policies,
      Consumer<Ranking.Run> progress) {
    Company.QuotaKnowledge how =
        quota.map(Companies::knowledge).orElse(Company.QuotaKnowledge.DRAWN);
    List<Ranking.Run> all = new ArrayList<>();
    for (long number = first; number < first + count; number++) {
      String name = "company-" + number;
      Scenario scenario =
          ScenarioFile.parse(Company.text(number, how), name, Optional.empty())
              .withPolicies(policies);
      for (int run = 0; run < runs; run++) {
        Ranking.Run one = run(scenario, name, Draws.mix(number, run));
        all.add(one);
        progress.accept(one);
      }
    }
    return new Ranking(policies.stream().map(Policy::key).toList(), all);
  }

  private static Ranking.Run run(Scenario scenario, String name, long seed) {
    List<PlannedCall> plan = CallPlan.of(scenario, seed);
    Bound bound = Oracle.of(scenario, plan, seed);
    List<PolicyResult> results = new ArrayList<>();
    for (Policy policy : scenario.policies()) {
      results.add(new Simulation(scenario, policy, 1, seed).run(plan, bound));
    }
    boolean isKnown =
        scenario.configured().tiers().stream()
            .flatMap(tier -> tier.targets().stream())
            .allMatch(target -> isKnown(target.quota()));
    boolean overloaded = bound.work() < 0.98 * bound.offeredWork();
    return new Ranking.Run(name, isKnown, overloaded, results);
  }

  private static boolean isKnown(TargetQuota quota) {
    return quota instanceof TargetQuota.Joint joint && joint.tokensPerMinute() > 0;
  }

  private static Company.QuotaKnowledge knowledge(String word) {
    return switch (word) {
      case "known" -> Company.QuotaKnowledge.KNOWN;
      case "half" -> Company.QuotaKnowledge.HALF;
      case "double" -> Company.QuotaKnowledge.DOUBLE;
      case "unknown" -> Company.QuotaKnowledge.UNKNOWN;
      default -> throw new IllegalArgumentException("quota must be one of " + QUOTA_KNOWLEDGE);
    };
  }
}
