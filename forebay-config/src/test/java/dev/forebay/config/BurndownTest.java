package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BurndownTest {
  @ParameterizedTest
  @CsvSource({
    "us.anthropic.claude-sonnet-4-20250514-v1:0, 5",
    "anthropic.claude-opus-4-8, 15",
    "global.anthropic.claude-opus-4-7, 5",
    "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0, 5",
    "eu.anthropic.claude-opus-5-20260801-v1:0, 10",
    "anthropic.claude-3-7-sonnet-20250219-v1:0, 5",
    "anthropic.claude-3-5-haiku-20241022-v1:0, 1",
    "amazon.nova-lite-v1:0, 1",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5-v1:0, 10",
    "anthropic.claude-sonnet-45, 1",
    "something, 1"
  })
  void theLongestBeginningCounts(String model, double rate) {
    assertThat(new Burndown(Map.of()).of(model)).isEqualTo(rate);
  }

  @Test
  void aConfigurationOverridesTheTable() {
    Burndown burndown =
        new Burndown(Map.of("anthropic.claude-opus-5", 12.0, "amazon.nova-premier", 2.0));

    assertThat(burndown.of("us.anthropic.claude-opus-5-v1:0")).isEqualTo(12);
    assertThat(burndown.of("amazon.nova-premier-v1:0")).isEqualTo(2);
    assertThat(burndown.of("anthropic.claude-opus-4")).isEqualTo(5);
  }

  @Test
  void theFilesOwnSectionIsUsed() {
    assertThat(Examples.target(Examples.parse(Examples.full()), "haiku-use1").target().quota())
        .extracting(quota -> quota.burndown())
        .isEqualTo(7.0);
  }
}
