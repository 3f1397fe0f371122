package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.simulator.report.PolicyResult;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens by chance, and says nothing of a target's quota or health, costs no answers. */
class ChanceTest {
  @ParameterizedTest(name = "{0}: at least {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "one early throttle | from: 2s, until: 2060ms, what: throttle | 0.98",
        "1 % throttled | what: errors, rate: 0.01, status: 429 | 0.98",
        "10 % throttled | what: errors, rate: 0.1, status: 429 | 0.85",
        "10 % failed | what: errors, rate: 0.1, status: 500 | 0.98"
      })
  void answersAreGivenAllTheSame(String what, String fault, double answered) {
    Scenario scenario =
        Stories.parse(
                """
                name: chance
                duration: 45s
                arrivals: 40
                mix: { chat: { inputTokens: 500, maxTokens: 300, outputTokens: 100, deadline: 30s } }
                targets:
                  main:
                    latency: { timeToFirstToken: 500ms, tokensPerSecond: 100 }
                    faults: [ { %s } ]
                forebay: { quota: unknown }
                """
                    .formatted(fault))
            .withPolicies(List.of(Policy.FOREBAY));
    PolicyResult result = Simulator.run(scenario, 1).sections().getFirst().policies().getFirst();

    assertThat(result.counts().answeredShare()).as(what).isGreaterThanOrEqualTo(answered);
  }
}
