package dev.forebay.it.scenario;

import dev.forebay.simulator.Policy;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.ScenarioFile;
import dev.forebay.simulator.Simulator;
import dev.forebay.simulator.report.ClassResult;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Section;
import dev.forebay.simulator.report.TargetResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Forebay achieves in the scenarios that come with it, so that no change takes it away. */
@Order(Order.DEFAULT - 1)
// Millions of simulated events: the time that a machine takes for them shows nothing.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ScenarioGatesTest {
  private static final int SEEDS = 3;

  @Test
  void mondayIsServedNearlyAsWellAsTheQuotasAllow() {
    SoftAssertions softly = new SoftAssertions();
    List<PolicyResult> runs = runs("monday", SEEDS);
    softly
        .assertThat(runs.stream().mapToDouble(PolicyResult::goodput).average().orElse(0))
        .as("mean goodput")
        .isGreaterThanOrEqualTo(0.905);
    for (PolicyResult result : runs) {
      softly.assertThat(result.goodput()).as("goodput").isGreaterThanOrEqualTo(0.9);
      softly
          .assertThat(result.counts().attemptsPerAnswer())
          .as("attempts per answer")
          .isLessThanOrEqualTo(1.05);
      softly.assertThat(result.inversions()).as("inversions").isZero();
      for (ClassResult kind : result.classes()) {
        if (kind.priority().equals("interactive")) {
          softly
              .assertThat(kind.waits().firstContent().p99())
              .as(kind.name() + " p99")
              .isLessThanOrEqualTo(kind.deadlineSeconds());
          softly
              .assertThat(kind.counts().answeredShare())
              .as(kind.name() + " answered")
              .isGreaterThan(0.98);
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void aDeadPrimaryGetsOnlyProbesAndNoCallWaitsForIt() {
    SoftAssertions softly = new SoftAssertions();
    for (PolicyResult result : runs("outage", SEEDS)) {
      TargetResult primary = result.targets().getFirst();
      softly.assertThat(recoverySeconds(result)).as("recovery").isLessThanOrEqualTo(120);
      softly.assertThat(primary.attemptsWhileDown()).as("probes").isLessThanOrEqualTo(140);
      softly.assertThat(result.counts().answeredShare()).as("answered").isGreaterThan(0.999);
      softly.assertThat(result.waits().admission().max()).as("longest wait").isLessThan(1);
    }
    softly.assertAll();
  }

  @Test
  void unknownQuotasAreLearned() {
    SoftAssertions softly = new SoftAssertions();
    for (PolicyResult result : runs("quota-unknown", SEEDS)) {
      softly.assertThat(result.goodput()).as("goodput").isGreaterThanOrEqualTo(0.76);
      softly
          .assertThat(result.counts().attemptsPerAnswer())
          .as("attempts per answer")
          .isLessThanOrEqualTo(1.15);
    }
    softly.assertAll();
  }

  @Test
  void manyGatewaysWithoutAStoreUseTheQuotaAndProbeBeyondItWithinBounds() {
    // Each gateway probes beyond its part for itself: docs/design-decisions.md says what for.
    Map<String, Double> beyond =
        Map.of("1 gateway", 0.08, "10 gateways", 0.08, "100 gateways", 0.25, "1000 gateways", 0.8);
    Scenario fleet = ScenarioFile.load("fleet").withPolicies(List.of(Policy.FOREBAY));
    SoftAssertions softly = new SoftAssertions();
    for (Section section : Simulator.run(fleet, 1).sections()) {
      TargetResult target = section.policies().getFirst().targets().getFirst();
      softly.assertThat(target.utilisation()).as(section.label()).isGreaterThanOrEqualTo(0.95);
      softly
          .assertThat(target.overAdmission())
          .as(section.label())
          .isLessThanOrEqualTo(beyond.get(section.label()));
    }
    softly.assertAll();
  }

  /** From the end of the outage, 14 minutes into the story, to more than 2 answers a second. */
  private static double recoverySeconds(PolicyResult result) {
    double step = result.series().stepSeconds();
    double end = Duration.ofMinutes(14).toSeconds();
    List<Double> primary = result.series().primary();
    return IntStream.range((int) (end / step), primary.size())
            .filter(i -> primary.get(i) > 2)
            .mapToDouble(i -> i * step)
            .findFirst()
            .orElse(Double.MAX_VALUE)
        - end;
  }

  private static List<PolicyResult> runs(String name, int seeds) {
    Scenario scenario = ScenarioFile.load(name).withPolicies(List.of(Policy.FOREBAY));
    return IntStream.rangeClosed(1, seeds)
        .mapToObj(seed -> Simulator.run(scenario.withSeed(seed), 1))
        .map(report -> report.sections().getFirst().policies().getFirst())
        .toList();
  }
}
