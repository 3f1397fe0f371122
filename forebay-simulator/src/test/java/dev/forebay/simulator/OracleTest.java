package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.simulator.report.Bound;
import dev.forebay.simulator.report.PolicyResult;
import java.util.List;
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
    // Five windows of 100 calls each, for 240 calls a minute; the sixth may serve the very last.
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

  @ParameterizedTest
  @ValueSource(longs = {101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112})
  void noPolicyExceedsItInAnyCompany(long number) {
    Scenario scenario =
        ScenarioFile.load("company-" + number)
            .withPolicies(
                List.of(
                    Policy.FOREBAY, Policy.RETRY_8, Policy.RETRY_FALLBACKS, Policy.ROUND_ROBIN));

    for (PolicyResult result : Simulator.run(scenario, 1).sections().getFirst().policies()) {
      assertThat(result.goodput()).as(result.name()).isLessThanOrEqualTo(1.001);
      assertThat(result.goodputByCalls()).as(result.name()).isLessThanOrEqualTo(1.001);
    }
  }

  /** What is charged beyond a reservation when a window ends refuses no call any more. */
  @ParameterizedTest
  @ValueSource(strings = {"fixed", "sliding", "bucket"})
  void whatIsChargedBeyondAReservationIsPartOfIt(String window) {
    Bound bound = bound(rag(window));

    // 28 calls of 7,000 reserved tokens fit into each of 10 minutes, and are charged 9,000.
    double perMinute = window.equals("bucket") ? 200_000 : 28 * 9_000;
    assertThat(bound.work()).isBetween(10 * perMinute, 12.5 * perMinute);
    Scenario scenario =
        Stories.parse(rag(window)).withPolicies(List.of(Policy.RETRY, Policy.RETRY_8));
    for (PolicyResult result : Simulator.run(scenario, 1).sections().getFirst().policies()) {
      assertThat(result.goodput()).as(result.name()).isBetween(0.7, 1.001);
    }
  }

  /** Far more is reserved than comes, and binds while it is under way. */
  @Test
  void reservationsUnderWayArePartOfIt() {
    Bound bound =
        bound(
            """
            name: code
            duration: 10m
            arrivals: 1.5
            mix: { code: { inputTokens: 4000, maxTokens: 8192, outputTokens: 1200 } }
            targets:
              main:
                quota: { tokensPerMinute: 200000, window: sliding }
                latency: { timeToFirstToken: 1s, tokensPerSecond: 60 }
            """);

    // Each call holds 12,192 for 21 of 60 s and 5,200 for the others: 26 calls at a time.
    double perMinute = 200_000 / (12_192 * 21 / 60.0 + 5_200 * 39 / 60.0) * 5_200;
    assertThat(bound.work()).isBetween(10 * perMinute, 12 * perMinute);
  }

  private static String rag(String window) {
    return """
    name: rag
    duration: 10m
    arrivals: 2
    mix: { rag: { inputTokens: 6000, maxTokens: 1000, outputTokens: 600 } }
    targets: { main: { quota: { tokensPerMinute: 200000, burndown: 5, window: %s } } }
    """
        .formatted(window);
  }

  private static Bound bound(String text) {
    Scenario scenario = Stories.parse(text);
    return Oracle.of(scenario, CallPlan.of(scenario, 1), 1);
  }
}
