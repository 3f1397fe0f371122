package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Priority;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioFileTest {
  static Stream<String> shipped() {
    return ScenarioFile.shipped().stream();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void aShippedScenarioLoadsUnderItsNameAndSaysWhatItIs(String name) {
    Scenario scenario = ScenarioFile.load(name);

    assertThat(scenario.name()).isEqualTo(name);
    assertThat(scenario.description()).hasSizeGreaterThan(40);
    assertThat(scenario.targets().keySet())
        .containsAll(
            scenario.configured().tiers().stream()
                .flatMap(tier -> tier.targets().stream())
                .map(target -> target.name())
                .toList());
  }

  @Test
  void whatIsNotSaidHasADefault() {
    Scenario scenario = Stories.parse(Stories.plain(1, 1000, ""));

    assertThat(scenario.policies()).containsExactly(Policy.values());
    assertThat(scenario.gateways()).containsExactly(1);
    assertThat(scenario.warmUp()).isZero();
    assertThat(scenario.configured().deadline()).isEqualTo(Duration.ofSeconds(30));
    assertThat(scenario.mix().getFirst().priority()).isEqualTo(Priority.INTERACTIVE);
    assertThat(scenario.targets().values())
        .allMatch(target -> target.quota().window() == QuotaModel.WindowKind.FIXED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          forebay: { tiers: [[mian]] }     | 10:21: forebay.tiers[0][0]: there is no target 'mian'; did you mean 'main'?
          forbay: {}                       | 10:1: forbay: unknown key 'forbay'; did you mean 'forebay'?
          warmUp: 5                        | 10:9: warmUp: '5' is not a duration; write it with units
          seed: -1                         | 10:7: seed: expected at least 0, not -1
          gateways: 1.5                    | 10:11: gateways: expected a whole number
          policies: [retries]              | 10:12: policies[0]: 'retries' is none of
          forebay: { quota: { main: no } } | 10:27: forebay.quota.main: 'no' is none of unknown
          forebay: [                       | not valid YAML
          """)
  void aWrongLineIsRefusedWithItsPlaceAndARemedy(String line, String message) {
    assertThatThrownBy(() -> Stories.parse(Stories.plain(1, 1000, line)))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining("test.yaml:")
        .hasMessageContaining(message);
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    String text =
        """
        name: x
        duration: 1m
        arrivals:
          - { at: 10s, perSecond: 1 }
          - { at: 5s, perSecond: 1 }
        mix:
          chat: { inputTokens: { median: 10 }, maxTokens: 5, outputTokens: 1, tenant: nobody }
        targets:
          main:
            quota: { window: weekly }
            faults: [ { from: 2m, until: 1m, what: outage } ]
        """;

    assertThatThrownBy(() -> Stories.parse(text))
        .hasMessageContaining("test.yaml:5:5: arrivals[1]: is not later than the point before")
        .hasMessageContaining("test.yaml:7:24: mix.chat.inputTokens: is no distribution")
        .hasMessageContaining("test.yaml:7:79: mix.chat.tenant: there is no tenant 'nobody'")
        .hasMessageContaining("test.yaml:10:22: targets.main.quota.window: 'weekly' is none of")
        .hasMessageContaining("test.yaml:11:15: targets.main.faults[0]: ends before it begins");
  }

  @Test
  void aMissingKeyIsNamed() {
    assertThatThrownBy(() -> Stories.parse("name: x\n"))
        .hasMessageContaining("needs the key 'duration'")
        .hasMessageContaining("needs the key 'mix'")
        .hasMessageContaining("needs the key 'targets'");
  }

  @Test
  void aFileThatIsNotThereIsRefusedWithTheShippedNames() {
    assertThatThrownBy(() -> ScenarioFile.load("no-such-file.yaml"))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining("no-such-file.yaml: there is no such file")
        .hasMessageContaining("monday");
  }

  @Test
  void aConfiguredRouteNeedsAWorldForEachOfItsTargets() {
    Scenario other = Stories.parse(Stories.plain(1, 1000, ""));
    String text = Stories.plain(1, 1000, "").replace("main:", "elsewhere:");

    assertThatThrownBy(() -> ScenarioFile.parse(text, "test.yaml", Optional.of(other.configured())))
        .hasMessageContaining("lacks 'main', which the route 'plain' uses");
  }
}
