package dev.forebay.bedrock.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTableTest {
  private static final ModelTable TABLE = ModelTable.builtIn();

  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-3-haiku-20240307-v1:0, 4096",
    "us.anthropic.claude-3-5-haiku-20241022-v1:0, 8192",
    "global.anthropic.claude-sonnet-4-5-20250929-v1:0, 64000",
    "us.anthropic.claude-opus-4-20250514-v1:0, 32000",
    "us.anthropic.claude-opus-4-5-20251101-v1:0, 64000",
    "eu.anthropic.claude-opus-4-7, 128000",
    "global.anthropic.claude-opus-5-5-20260922-v1:0, 128000",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0, 10000",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-lite-v1, 4096",
    "us.meta.llama3-1-70b-instruct-v1:0, 2048",
    "mistral.mistral-7b-instruct-v0:2, 8192",
    "openai.gpt-oss-120b-1:0, 128000",
    "qwen.qwen3-235b-a22b-2507-v1:0, 8192",
    "deepseek.v3.2, 81920",
  })
  void theLongestBeginningCounts(String model, int maxOutput) {
    assertThat(TABLE.of(model).maxOutputTokens()).isEqualTo(maxOutput);
  }

  @Test
  void anUnlistedModelCanDoAll() {
    assertThat(TABLE.of("acme.thinker-v1:0")).isEqualTo(Capabilities.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-opus-4-6-v1, sampling, true",
    "anthropic.claude-opus-4-7, sampling, false",
    "anthropic.claude-haiku-5-5-20261007-v1:0, sampling, false",
    "openai.gpt-oss-20b-1:0, sampling, true",
    "openai.gpt-oss-20b-1:0, stop-sequences, false",
    "openai.gpt-5.6-sol, sampling, false",
    "openai.gpt-5.6-sol, invoke, false",
    "openai.gpt-6.1-sol, cache, false",
    "moonshotai.kimi-k3, sampling, false",
    "anthropic.claude-sonnet-4-5-20250929-v1:0, prefill, true",
    "anthropic.claude-sonnet-4-6, prefill, false",
    "anthropic.claude-sonnet-4-5-20250929-v1:0, temperature-with-top-p, false",
    "anthropic.claude-sonnet-4-6, temperature-with-top-p, true",
    "anthropic.claude-haiku-4-5-20251001-v1:0, adaptive-thinking, false",
    "anthropic.claude-opus-4-6-v1, thinking-budget, true",
    "anthropic.claude-opus-4-7, thinking-budget, false",
    "anthropic.claude-opus-5-20260801-v1:0, thinking-off, true",
    "anthropic.claude-opus-5-5-20260922-v1:0, thinking-off, false",
    "anthropic.claude-fable-5-1, any-tool, false",
    "anthropic.claude-haiku-5-5-20261007-v1:0, named-tool, true",
    "anthropic.claude-haiku-5-5-20261007-v1:0, foreign-thinking, false",
    "anthropic.claude-opus-5-20260801-v1:0, foreign-thinking, true",
    "anthropic.claude-opus-4-7, strict-tools, false",
    "anthropic.claude-sonnet-4-20250514-v1:0, cache-1h, false",
    "anthropic.claude-sonnet-4-5-20250929-v1:0, cache-1h, true",
    "us.amazon.nova-lite-v1:0, schema-keywords, false",
    "us.amazon.nova-lite-v1:0, tool-cache, false",
    "mistral.pixtral-large-2502-v1:0, streamed-tools, false",
    "us.deepseek.r1-v1:0, tools, false",
  })
  void whatOf2026IsKnown(String model, String feature, boolean has) {
    assertThat(TABLE.of(model).has(Feature.of(feature).orElseThrow())).isEqualTo(has);
  }

  @ParameterizedTest
  @CsvSource({
    "us.anthropic.claude-sonnet-4-20250514-v1:0, 5",
    "anthropic.claude-opus-4-8, 15",
    "global.anthropic.claude-opus-4-7, 5",
    "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0, 5",
    "eu.anthropic.claude-opus-5-20260801-v1:0, 10",
    "us.anthropic.claude-opus-5-5-20260922-v1:0, 10",
    "anthropic.claude-3-7-sonnet-20250219-v1:0, 5",
    "anthropic.claude-3-5-haiku-20241022-v1:0, 1",
    "openai.gpt-5.6-sol, 10",
    "amazon.nova-lite-v1:0, 1",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5-v1:0, 10",
    "anthropic.claude-sonnet-45, 1",
    "something, 1"
  })
  void outputCosts(String model, double rate) {
    assertThat(TABLE.burndown(model)).isEqualTo(rate);
  }

  @ParameterizedTest
  @CsvSource({
    "us.anthropic.claude-sonnet-4-20250514-v1:0, 2026-10-14",
    "anthropic.claude-3-haiku-20240307-v1:0, 2026-09-10",
    "us.anthropic.claude-3-5-haiku-20241022-v1:0, 2026-06-19",
    "anthropic.claude-opus-4-1-20250805-v1:0, 2027-01-08",
    "ai21.jamba-1-5-mini-v1:0, 2026-11-26",
  })
  void theEndOfAModelsLifeIsKnown(String model, LocalDate end) {
    assertThat(TABLE.endOfLife(model)).contains(end);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "anthropic.claude-opus-5-5-20260922-v1:0",
        "us.amazon.nova-lite-v1:0",
        "acme.thinker-v1:0"
      })
  void noEndIsKnownOfOthers(String model) {
    assertThat(TABLE.endOfLife(model)).isEmpty();
  }

  @Test
  void entriesLieOverTheTableMemberByMember() {
    ModelTable table =
        ModelTable.with(
            Map.of(
                "anthropic.claude",
                entry(Optional.of(7_000), Set.of(Feature.CACHE), Set.of()),
                "anthropic.claude-opus-4-7",
                entry(Optional.empty(), Set.of(), Set.of(Feature.SAMPLING))));

    Capabilities found = table.of("us.anthropic.claude-opus-4-7");

    assertThat(found.maxOutputTokens()).isEqualTo(7_000);
    assertThat(found.contextTokens()).isEqualTo(1_000_000);
    assertThat(found.burndown()).isEqualTo(5);
    assertThat(found.has(Feature.CACHE)).isFalse();
    assertThat(found.has(Feature.SAMPLING)).isTrue();
    assertThat(found.has(Feature.PREFILL)).isFalse();
  }

  @Test
  void theLongerEntryCounts() {
    ModelTable table =
        ModelTable.with(
            Map.of(
                "acme.",
                entry(Optional.of(1), Set.of(Feature.TOOLS), Set.of()),
                "acme.thinker",
                entry(Optional.of(2), Set.of(), Set.of(Feature.TOOLS))));

    assertThat(table.of("acme.thinker-v1:0").maxOutputTokens()).isEqualTo(2);
    assertThat(table.of("acme.thinker-v1:0").has(Feature.TOOLS)).isTrue();
    assertThat(table.of("acme.thinkers").maxOutputTokens()).isEqualTo(1);
  }

  @Test
  void anEntryMayBeAboutAnArn() {
    String arn = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc";
    ModelTable table = ModelTable.with(Map.of(arn, entry(Optional.of(3), Set.of(), Set.of())));

    assertThat(table.of(arn).maxOutputTokens()).isEqualTo(3);
  }

  private static ModelEntry entry(
      Optional<Integer> maxOutputTokens, Set<Feature> lacks, Set<Feature> has) {
    return new ModelEntry(
        maxOutputTokens,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        lacks,
        has);
  }
}
