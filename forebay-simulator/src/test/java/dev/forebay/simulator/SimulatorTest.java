package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.simulator.report.Comparison;
import dev.forebay.simulator.report.Counts;
import dev.forebay.simulator.report.HtmlReport;
import dev.forebay.simulator.report.JsonReport;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Report;
import dev.forebay.simulator.report.TextTable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

// Millions of simulated events: the time that a machine takes for them shows nothing.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SimulatorTest {
  private static final String CALM = Stories.plain(2, 10_000_000, "");

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherOneOthers() {
    Scenario scenario = ScenarioFile.load("monday");
    Report once = Simulator.run(scenario, 1);
    Report again = Simulator.run(ScenarioFile.load("monday"), 1);
    Report other = Simulator.run(scenario.withSeed(2), 1);

    assertThat(JsonReport.write(again)).isEqualTo(JsonReport.write(once));
    assertThat(HtmlReport.write(again)).isEqualTo(HtmlReport.write(once));
    assertThat(TextTable.write(again)).isEqualTo(TextTable.write(once));
    assertThat(JsonReport.write(other)).isNotEqualTo(JsonReport.write(once));
    assertThat(HtmlReport.write(other)).isNotEqualTo(HtmlReport.write(once));
  }

  @Test
  void chanceAloneChangesWaitsButNotWhoCalls() {
    Scenario scenario = ScenarioFile.load("demo");
    List<PolicyResult> first = Simulator.run(scenario, 1).sections().getFirst().policies();

    List<List<PolicyResult>> again = Simulator.again(scenario, 5);

    assertThat(again).hasSize(5);
    for (int i = 0; i < first.size(); i++) {
      int policy = i;
      List<PolicyResult> runs = again.stream().map(run -> run.get(policy)).toList();
      assertThat(runs)
          .allMatch(run -> run.name().equals(first.get(policy).name()))
          .allMatch(run -> run.counts().calls() == first.get(policy).counts().calls());
      assertThat(runs.stream().map(run -> run.waits().firstContent().p99()))
          .doesNotHaveDuplicates();
      Comparison compared = Comparison.of(runs.getFirst(), first.get(policy), runs);
      assertThat(compared.p99())
          .isBetween(compared.p99ByChance().least(), compared.p99ByChance().most());
      assertThat(Math.abs(compared.points())).isLessThan(10);
    }
  }

  @Test
  void inCalmWeatherEveryPolicyAnswersAllInOneAttempt() {
    for (PolicyResult result : results(CALM)) {
      Counts counts = result.counts();
      assertThat(counts.answered()).as(result.name()).isEqualTo(counts.calls());
      assertThat(counts.attemptsPerAnswer()).as(result.name()).isEqualTo(1);
      assertThat(result.goodput()).as(result.name()).isCloseTo(1, within(1e-6));
      assertThat(result.waits().firstContent().p99()).isCloseTo(1, within(0.01));
      assertThat(result.waits().answer().p50()).isCloseTo(3, within(0.01));
      assertThat(counts.costTokens()).isEqualTo(counts.calls() * 2000.0);
      assertThat(counts.wastedTokens()).isZero();
    }
  }

  @Test
  void aConfiguredQuotaOutlivesThrottlesThatHaveNothingToDoWithIt() {
    Scenario scenario =
        Stories.parse(
            Stories.plain(
                1.5,
                400_000,
                "    faults: [{ from: 1m, until: 3m, what: errors, rate: 0.5, status: 429 }]"));

    PolicyResult forebay =
        Simulator.run(scenario.withPolicies(List.of(Policy.FOREBAY)), 1)
            .sections()
            .getFirst()
            .policies()
            .getFirst();

    List<Double> answers = forebay.series().primary();
    double aMinuteLater =
        answers.subList(answers.size() * 4 / 5, answers.size()).stream()
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(0);
    assertThat(aMinuteLater).as("answers a second").isGreaterThan(1.2);
    assertThat(forebay.counts().answeredShare()).isGreaterThan(0.65);
    assertThat(forebay.counts().attemptsPerAnswer()).isLessThan(1.3);
  }

  @Test
  void everyCallEndsOnce() {
    for (int seed = 100; seed < 110; seed++) {
      for (PolicyResult result :
          Simulator.run(Stories.random(new Draws(seed)), 1).sections().getFirst().policies()) {
        Counts counts = result.counts();
        assertThat(counts.answered() + counts.refused() + counts.gaveUp())
            .as(result.name())
            .isEqualTo(counts.calls());
      }
    }
  }

  @Test
  void noCallIsServedAfterItsDeadline() {
    for (PolicyResult result : results(Stories.plain(20, 1_000_000, ""))) {
      assertThat(result.waits().answer().max()).as(result.name()).isLessThanOrEqualTo(30);
    }
  }

  @Test
  void forebaySendsADeadPrimaryOnlyProbes() {
    PolicyResult forebay =
        Simulator.run(ScenarioFile.load("outage").withPolicies(List.of(Policy.FOREBAY)), 1)
            .sections()
            .getFirst()
            .policies()
            .getFirst();

    assertThat(forebay.targets().getFirst().attemptsWhileDown()).isLessThanOrEqualTo(140);
    assertThat(forebay.counts().answeredShare()).isGreaterThan(0.995);
    assertThat(forebay.series().breakers().getFirst().values()).contains(2.0);
    assertThat(forebay.series().breakers().getFirst().values().getLast()).isZero();
  }

  @Test
  void aSweepHasASectionForEachNumberOfGateways() {
    Report report = Simulator.run(Stories.parse(CALM + "gateways: [1, 3]\n"), 1);

    assertThat(report.sections()).extracting("label").containsExactly("1 gateway", "3 gateways");
    assertThat(report.sections().getLast().policy("forebay").orElseThrow().counts().answeredShare())
        .isEqualTo(1);
  }

  @Test
  void severalSeedsGiveMeanAndWorst() {
    Report report = Simulator.run(Stories.parse(Stories.plain(20, 1_000_000, "")), 3);

    assertThat(report.sections().getFirst().spreads())
        .hasSize(Policy.values().length)
        .allMatch(spread -> spread.seeds() == 3 && spread.worstGoodput() <= spread.meanGoodput());
    assertThat(TextTable.write(report)).contains("3 seeds").contains("seeds 1 to 3");
  }

  @Test
  void theWarmUpDoesNotCount() {
    PolicyResult whole = results(CALM).iterator().next();
    PolicyResult later = results(CALM + "warmUp: 2m\n").iterator().next();

    assertThat((double) later.counts().calls() / whole.counts().calls())
        .isCloseTo(0.6, within(0.05));
  }

  @Test
  void theHtmlStandsOnItsOwn() {
    String html = HtmlReport.write(Simulator.run(Stories.parse(CALM), 1));

    assertThat(html)
        .startsWith("<!doctype html>")
        .contains("prefers-color-scheme: dark")
        .contains("<svg")
        .doesNotContain("http")
        .doesNotContain("<script")
        .doesNotContain("NaN");
  }

  private static Iterable<PolicyResult> results(String text) {
    return Simulator.run(Stories.parse(text), 1).sections().getFirst().policies();
  }
}
