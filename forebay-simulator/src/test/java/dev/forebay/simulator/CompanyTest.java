package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.TargetQuota;
import dev.forebay.simulator.report.Ranking;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CompanyTest {
  @Test
  void aNumberGivesAlwaysTheSameCompany() {
    assertThat(Company.text(17, Company.QuotaKnowledge.DRAWN))
        .isEqualTo(Company.text(17, Company.QuotaKnowledge.DRAWN));
    assertThat(Company.text(17, Company.QuotaKnowledge.DRAWN))
        .isNotEqualTo(Company.text(18, Company.QuotaKnowledge.DRAWN));
    assertThat(ScenarioFile.load("company-17").name()).isEqualTo("company-17");
  }

  @Test
  void companiesAreOfAllSorts() {
    List<Scenario> all =
        LongStream.range(0, 200).mapToObj(n -> ScenarioFile.load("company-" + n)).toList();

    for (Scenario each : all) {
      assertThat(CallPlan.of(each, 1)).as(each.name()).hasSizeBetween(30, 4_000);
      assertThat(each.configured().tiers()).as(each.name()).hasSizeBetween(1, 3);
    }
    for (QuotaModel.WindowKind kind : QuotaModel.WindowKind.values()) {
      assertThat(all).as(kind.name()).anyMatch(c -> target(c).quota().window() == kind);
    }
    assertThat(share(all, c -> c.configured().tiers().getFirst().targets().size() > 1))
        .isCloseTo(0.5, within(0.25));
    assertThat(share(all, CompanyTest::isUnknown)).isCloseTo(0.25, within(0.1));
    assertThat(share(all, c -> c.targets().values().stream().anyMatch(t -> !t.faults().isEmpty())))
        .isCloseTo(0.4, within(0.12));
    assertThat(share(all, c -> target(c).quota().requestsPerMinute() > 0))
        .isCloseTo(0.33, within(0.12));
  }

  @Test
  void quotasAreConfiguredAsAsked() {
    for (long number = 0; number < 20; number++) {
      Scenario half = parse(number, Company.QuotaKnowledge.HALF);
      long known = ((TargetQuota.Joint) first(half)).tokensPerMinute();

      assertThat(known).isEqualTo(target(half).quota().tokensPerMinute() / 2);
      assertThat(isUnknown(parse(number, Company.QuotaKnowledge.UNKNOWN))).isTrue();
    }
  }

  @Test
  void theTableNamesTheWorst() {
    Ranking standing =
        Companies.run(5, 2, 1, Optional.empty(), List.of(Policy.FOREBAY, Policy.RETRY), run -> {});

    assertThat(standing.text())
        .contains("2 companies drawn at random, 2 runs", "the best of each run", "company-5");
  }

  private static double share(List<Scenario> all, Predicate<Scenario> predicate) {
    return (double) all.stream().filter(predicate).count() / all.size();
  }

  private static boolean isUnknown(Scenario scenario) {
    return first(scenario) instanceof TargetQuota.Joint joint && joint.tokensPerMinute() == 0;
  }

  private static TargetQuota first(Scenario scenario) {
    return scenario.configured().tiers().getFirst().targets().getFirst().quota();
  }

  private static TargetModel target(Scenario scenario) {
    return scenario.targets().values().iterator().next();
  }

  private static Scenario parse(long number, Company.QuotaKnowledge known) {
    return ScenarioFile.parse(Company.text(number, known), "company", Optional.empty());
  }
}
