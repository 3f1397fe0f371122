package dev.forebay.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.ScenarioException;
import dev.forebay.simulator.ScenarioFile;
import dev.forebay.simulator.Simulator;
import dev.forebay.simulator.report.FleetResult;
import dev.forebay.simulator.report.JsonReport;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Report;
import dev.forebay.simulator.report.TargetResult;
import dev.forebay.simulator.report.TextTable;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

// Millions of simulated events: the time that a machine takes for them shows nothing.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SharedFleetTest {
  @ParameterizedTest(name = "{0} members, {1}, {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1    | bucket  | latency: 2ms                                            | 0.95",
        "10   | bucket  | latency: { median: 1ms, p99: 20ms }                     | 0.95",
        "100  | bucket  | latency: 2ms                                            | 0.95",
        "1000 | bucket  | latency: 2ms                                            | 0.95",
        "100  | bucket  | latency: 2ms, lost: 0.01                                | 0.95",
        "100  | bucket  | latency: 2ms, lifetime: { median: 30s, p99: 120s }      | 0.9",
        "1    | fixed   | latency: 2ms                                            | 0.95",
        "100  | fixed   | latency: 2ms                                            | 0.95",
        "1    | sliding | latency: 2ms                                            | 0.95",
        "100  | sliding | latency: 2ms                                            | 0.95"
      })
  void allUseTheQuotaAndKeepToIt(int members, String window, String store, double used) {
    PolicyResult result = run(members, window, store);
    TargetResult target = result.targets().getFirst();
    FleetResult fleet = Objects.requireNonNull(result.fleet());
    assertThat(target.utilisation()).as("utilisation").isBetween(used, 1.02);
    assertThat(target.overAdmission()).as("over-asked").isLessThanOrEqualTo(0.02);
    assertThat(fleet.operations() / fleet.seconds() / members)
        .as("operations a second and member")
        .isBetween(1.0, 8.0);
  }

  @Test
  void withoutTheStoreEachUsesItsPart() {
    PolicyResult result =
        run(20, "bucket", "latency: 2ms, down: [{ from: 20s, until: 80s }], flushedAt: [80s]");
    TargetResult target = result.targets().getFirst();
    assertThat(Objects.requireNonNull(result.fleet()).unanswered()).isPositive();
    assertThat(target.utilisation()).isBetween(0.9, 1.02);
    assertThat(target.overAdmission()).isLessThanOrEqualTo(0.02);
  }

  @Test
  void aReportHasTheStoreOnlyWhereThereIsOne() {
    Report shared = Simulator.run(scenario(2, "bucket", "cluster: { latency: 2ms }"), 1);
    assertThat(TextTable.write(shared)).contains("forebay, store: ", " operations a second");
    assertThat(JsonReport.write(shared)).contains("\"fleet\":{\"members\":2,\"begun\":2,");
    Report alone = Simulator.run(scenario(2, "bucket", ""), 1);
    assertThat(TextTable.write(alone)).doesNotContain("store");
    assertThat(JsonReport.write(alone)).doesNotContain("\"fleet\"");
  }

  @Test
  void aClusterThatCannotBeIsRefused() {
    assertThatThrownBy(() -> scenario(2, "bucket", "cluster: {}\nsplitQuota: true"))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining("splitQuota")
        .hasMessageContaining("remove one of them");
    assertThatThrownBy(() -> scenario(2, "bucket", "cluster: { down: [{ from: 2s, until: 1s }] }"))
        .hasMessageContaining("ends before it begins");
    assertThatThrownBy(() -> scenario(2, "bucket", "cluster: { latencies: 2ms }"))
        .hasMessageContaining("latency");
  }

  private static PolicyResult run(int members, String window, String store) {
    return Simulator.run(scenario(members, window, "cluster: { " + store + " }"), 1)
        .sections()
        .getFirst()
        .policies()
        .getFirst();
  }

  /**
   * Half as much again as the quota has. What a bucket holds at first is used sooner than minutes.
   */
  private static Scenario scenario(int gateways, String window, String more) {
    int warmUp = window.equals("bucket") ? 40 : 100;
    return ScenarioFile.parse(
        """
        name: shared
        duration: %ds
        warmUp: %ds
        gateways: %d
        %s
        arrivals: 150
        mix:
          chat: { inputTokens: { median: 900, p99: 3000 }, maxTokens: 500, outputTokens: { median: 220, p99: 450 }, deadline: 20s }
        targets:
          main:
            quota: { tokensPerMinute: 8000000, window: %s }
            latency: { timeToFirstToken: 500ms, tokensPerSecond: 200 }
        policies: [forebay]
        """
            .formatted(warmUp + 60, warmUp, gateways, more, window),
        "test.yaml",
        Optional.empty());
  }
}
