package dev.forebay.gateway.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.Problem;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigWarningsTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "anthropic.claude-3-haiku-20240307-v1:0 | us-east-1 |"
            + " 'anthropic.claude-3-haiku-20240307-v1:0' has been past its end of life since"
            + " 2026-09-10; use a model that Bedrock serves",
        "us.anthropic.claude-opus-4-1-20250805-v1:0 | us-east-1 |"
            + " 'us.anthropic.claude-opus-4-1-20250805-v1:0' is not served any more from"
            + " 2027-01-08 on, in 41 days; replace it; accounts that do not use a legacy model may"
            + " lose it earlier",
        "eu.anthropic.claude-sonnet-4-6 | us-west-2 |"
            + " 'eu.anthropic.claude-sonnet-4-6' is a profile for the geography eu, not for"
            + " us-west-2; use a profile of the target's region or a global one, or change the"
            + " region",
        "us.anthropic.claude-sonet-4-6 | us-east-1 |"
            + " there is no model 'us.anthropic.claude-sonet-4-6' that is known; did you mean"
            + " 'us.anthropic.claude-sonnet-4-6'?",
      })
  void aModelThatCannotBeCalledIsSaidWithItsPlace(String model, String region, String warning) {
    String file =
        """
        targets:
          one: { region: %s, model: "%s", quota: { tokensPerMinute: 1000 } }
        routes:
          chat: { tiers: [[one]] }
        """
            .formatted(region, model);
    int column = file.lines().skip(1).findFirst().orElseThrow().indexOf('"' + model) + 1;
    assertThat(warnings(file, TODAY))
        .containsExactly("forebay.yaml:2:" + column + ": targets.one.model: " + warning);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-06-18, is not served any more from 2026-06-19 on, 1",
    "2026-06-19, has been past its end of life since 2026-06-19, 1",
    "2026-04-20, 'on, in 60 days', 1",
    "2026-04-19, is a legacy model, 1",
  })
  void theDayDecidesWhatIsSaidOfAModelsEnd(LocalDate today, String part, int count) {
    String file =
        """
        targets:
          one: { region: us-east-1, model: us.anthropic.claude-3-5-haiku-20241022-v1:0, quota: { requestsPerMinute: 9 } }
        routes:
          chat: { tiers: [[one]] }
        """;
    assertThat(warnings(file, today)).hasSize(count).allMatch(line -> line.contains(part));
  }

  @Test
  void aTierThatTheModelDoesNotHaveIsSaid() {
    String file =
        """
        targets:
          one: { region: us-east-1, model: us.anthropic.claude-sonnet-4-6, serviceTier: flex, quota: { tokensPerMinute: 1000 } }
          two: { region: us-east-1, model: us.amazon.nova-2-lite-v1:0, serviceTier: flex, quota: { tokensPerMinute: 1000 } }
        routes:
          anthropic.claude-sonnet-4-6: { tiers: [[one]] }
          amazon.nova-2-lite-v1:0: { tiers: [[two]] }
        """;
    assertThat(warnings(file, TODAY))
        .containsExactly(
            "forebay.yaml:2:81: targets.one.serviceTier: 'us.anthropic.claude-sonnet-4-6' has no"
                + " flex tier, so this target serves no call; use another tier, or say in models"
                + " that it has this one");
  }

  @Test
  void aSoundConfigurationHasNoWarningAndOthersKeepTheirs() {
    String file =
        """
        targets:
          one: { region: us-east-1, model: us.anthropic.claude-sonnet-4-6 }
          arn: { region: us-east-1, model: "arn:aws:bedrock:us-east-1:1:application-inference-profile/claud" }
          any: { region: eu-west-1, quota: { tokensPerMinute: 1000 } }
        routes:
          anthropic.claude-sonnet-4-6: { tiers: [[one], [arn]] }
          "*": { tiers: [[any]] }
        """;
    assertThat(warnings(file, TODAY)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "region: us-est-1 | region | there is no region 'us-est-1' that is known; did you mean"
            + " 'us-east-1'?",
        "region: eu-west-9 | region | there is no region 'eu-west-9' that is known; did you mean",
        "region: us-est-1, endpoint: 'http://127.0.0.1:8481' | region | did you mean 'us-east-1'?",
        "region: mars-north-1 | region | there is no region 'mars-north-1' that is known; use one",
        "region: us-east-1, endpoint: 'http://bedrock-runtime.us-east-1.amazonaws.com' | endpoint |"
            + " plain HTTP to AWS",
        "region: us-east-1, endpoint: 'http://vpce-1-a.bedrock-runtime.us-east-1.vpce.amazonaws.com'"
            + " | endpoint | plain HTTP to AWS",
        "region: us-east-1, endpoint: 'https://bedrock-runtime.us-west-2.amazonaws.com' | endpoint |"
            + " is in us-west-2, and requests are signed for us-east-1",
        "region: us-east-1, endpoint: 'https://bedrock-runtime-fips.us-west-2.amazonaws.com' |"
            + " endpoint | is in us-west-2",
        "region: us-east-1, endpoint: 'https://bedrock.us-east-1.amazonaws.com' | endpoint |"
            + " is not the endpoint of Bedrock Runtime",
      })
  void aRegionOrEndpointThatCannotWorkIsSaid(String target, String key, String part) {
    assertThat(warnings(target("%s, model: anthropic.claude-sonnet-4-6".formatted(target)), TODAY))
        .singleElement()
        .asString()
        .startsWith("forebay.yaml:2:")
        .contains(": targets.one." + key + ": ")
        .contains(part);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "region: us-east-1",
        "region: us-gov-west-1",
        "region: cn-north-1",
        "region: us-east-1, endpoint: 'http://127.0.0.1:8481'",
        "region: some-where-1, endpoint: 'http://llm-proxy.internal'",
        "region: us-east-1, endpoint: 'https://bedrock-runtime-fips.us-east-1.amazonaws.com'",
        "region: us-east-1, endpoint: 'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com'",
        "region: us-east-1, endpoint: 'https://bedrock-mantle.us-east-1.api.aws'",
      })
  void othersAreNot(String target) {
    assertThat(warnings(target("%s, model: anthropic.claude-sonnet-4-6".formatted(target)), TODAY))
        .isEmpty();
  }

  private static String target(String keys) {
    return """
    targets:
      one: { %s, quota: { requestsPerMinute: 10 } }
    routes:
      anthropic.claude-sonnet-4-6: { tiers: [[one]] }
    """
        .formatted(keys);
  }

  @Test
  void aRouteWhoseOnlyTargetHasNoQuotaIsSaid() {
    String file =
        """
        targets:
          one: { region: us-east-1, model: anthropic.claude-sonnet-4-6 }
          two: { region: us-west-2, model: anthropic.claude-sonnet-4-6 }
        routes:
          alone: { tiers: [[one]] }
          anthropic.claude-sonnet-4-6: { tiers: [[one, two]] }
        """;
    assertThat(warnings(file, TODAY))
        .singleElement()
        .asString()
        .contains("targets.one.quota: the only target of route 'alone' has no quota");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "anthropic.claude-sonnet-4-6 | anthropic.claude-haiku-4-5-20251001-v1:0 |",
        "anthropic.claude-sonnet-4-6 | us.anthropic.claude-sonnet-4-6 |",
        "anthropic.claude-sonnet-4-6 |"
            + " arn:aws:bedrock:us-east-1:1:application-inference-profile/abc |",
        "openai.gpt-oss-120b-1:0 | openai.gpt-oss-20b-1:0 |",
        "anthropic.claude-sonnet-4-6 | amazon.nova-2-lite-v1:0 |"
            + " count-tokens of an InvokeModel body",
        "anthropic.claude-sonnet-4-6 | amazon.titan-embed-text-v2:0 |"
            + " invoke, invoke-with-response-stream, converse, converse-stream,"
            + " count-tokens of an InvokeModel body, count-tokens of a Converse request",
        "amazon.titan-embed-text-v2:0 | amazon.nova-2-lite-v1:0 |"
            + " invoke, invoke-with-response-stream; count-tokens of an InvokeModel body",
        "amazon.nova-2-lite-v1:0 | stability.sd3-5-large-v1:0 |"
            + " invoke, invoke-with-response-stream, converse, converse-stream,"
            + " count-tokens of an InvokeModel body, count-tokens of a Converse request",
      })
  void aFallbackThatCanNeverServeSomeCallsIsSaidWithTheirOperations(
      String asked, String fallback, String kinds) {
    String file =
        """
        targets:
          one: { region: us-east-1, model: "%s" }
          two: { region: us-east-1, model: "%s" }
        routes:
          "%s":
            tiers: [[one], [two]]
        """
            .formatted(asked, fallback, asked);
    List<String> expected =
        kinds == null
            ? List.of()
            : Stream.of(kinds.split("; ", -1))
                .map(
                    some ->
                        "forebay.yaml:6:21: routes.'%s'.tiers[1][0]: target 'two' can never serve %s:"
                            .formatted(asked, some))
                .toList();
    assertThat(warnings(file, TODAY))
        .map(line -> line.replaceFirst(": '.*", ":").replaceFirst("(serve .*): .*", "$1:"))
        .isEqualTo(expected);
  }

  static List<String> warnings(String file, LocalDate today) {
    return ConfigWarnings.of(ConfigFile.parse(file, "forebay.yaml", Map.of()), today).stream()
        .map(Problem::toString)
        .toList();
  }
}
