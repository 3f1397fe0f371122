package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.simulator.report.Bound;
import dev.forebay.simulator.report.PolicyResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OracleTest {
  private static final long COST = 2000;

  @Test
  void whereThereIsRoomAllIsPossible() {
    Bound bound = bound(Stories.plain(2, 10_000_000, ""));

    assertThat(bound.work()).isCloseTo(bound.offeredWork(), within(1e-6 * bound.offeredWork()));
    assertThat(bound.calls()).isCloseTo((double) bound.offeredCalls(), within(0.01));
  }

  @Test
  void whereTooMuchIsAskedForTheQuotaIsPossible() {
    // Five windows of 100 calls each, for 120 calls a minute; the sixth may serve the very last.
    Bound bound = bound(Stories.plain(4, 100 * COST, ""));

    assertThat(bound.work()).isBetween(5 * 100 * COST * 1.0, 6 * 100 * COST * 1.01);
  }

  @Test
  void theRequestsOfAMinuteBindAsTheTokensDo() {
    String text =
        Stories.plain(4, 100_000_000, "").replace("quota: {", "quota: { requestsPerMinute: 60,");

    assertThat(bound(text).calls()).isBetween(300.0, 364.0);
  }

  @Test
  void aTargetThatIsDownServesNothing() {
    String fault = "    faults: [ { from: 1m, until: 4m, what: outage } ]";
    String up = Stories.plain(1, 100_000_000, "");
    Bound bound = bound(up.replace("latency:", fault.strip() + "\n    latency:"));

    assertThat(bound.work() / bound.offeredWork()).isBetween(0.4, 0.6);
  }

  @Test
  void aSecondTargetAddsWhatItsTokensAreWorthThere() {
    String second =
        "  other: { quota: { tokensPerMinute: 120000 }, latency: { timeToFirstToken: 1s } }";
    Bound bound = bound(Stories.plain(10, 100 * COST, "").stripTrailing() + "\n" + second);

    // 1,200 tokens a call there, so that another 100 calls a minute fit.
    assertThat(bound.work()).isBetween(5 * 200 * COST * 1.0, 6 * 200 * COST * 1.01);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void noPolicyExceedsIt(int seed) {
    Scenario scenario = Stories.random(new Draws(seed)).withSeed(seed);

    for (PolicyResult result : Simulator.run(scenario, 1).sections().getFirst().policies()) {
      assertThat(result.goodput()).as(result.name()).isLessThanOrEqualTo(1.01);
      assertThat(result.goodputByCalls()).as(result.name()).isLessThanOrEqualTo(1.01);
    }
  }

  private static Bound bound(String text) {
    Scenario scenario = Stories.parse(text);
    return Oracle.of(scenario, CallPlan.of(scenario, 1), 1);
  }
}
