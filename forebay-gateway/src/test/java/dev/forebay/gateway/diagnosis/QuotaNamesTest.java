package dev.forebay.gateway.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaNamesTest {
  @ParameterizedTest
  @CsvSource({
    "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1, us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "Cross-Region InvokeModel tokens per minute for Anthropic Claude Sonnet 4.6, eu.anthropic.claude-sonnet-4-6",
    "Cross-region model inference requests per minute for Amazon Nova Lite, us.amazon.nova-lite-v1:0",
    "Global cross-Region model inference tokens per minute for Anthropic Claude Haiku 4.5, global.anthropic.claude-haiku-4-5-20251001-v1:0",
    "On-demand InvokeModel tokens per minute for Anthropic Claude 3.5 Sonnet V2, anthropic.claude-3-5-sonnet-20241022-v2:0",
    "On-demand model inference requests per minute for Meta Llama 3.3 70B Instruct, meta.llama3-3-70b-instruct-v1:0",
    "On-demand model inference tokens per minute for Amazon Titan Text Embeddings V2, amazon.titan-text-embeddings-v2:0",
    "Cross-region model inference tokens per minute for Amazon Nova 2 Lite, arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-2-lite-v1:0",
  })
  void aNameOfAnyGenerationIsThatOfItsModel(String name, String model) {
    assertThat(QuotaNames.parse(name))
        .hasValueSatisfying(named -> assertThat(QuotaNames.isOf(named, model)).isTrue());
  }

  @ParameterizedTest
  @CsvSource({
    "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4 V1, us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1, global.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "On-demand model inference tokens per minute for Amazon Nova Lite, us.amazon.nova-lite-v1:0",
    "Cross-region model inference tokens per minute for Amazon Nova Lite, us.amazon.nova-2-lite-v1:0",
    "On-demand InvokeModel tokens per minute for Anthropic Claude 3.5 Sonnet, anthropic.claude-3-5-sonnet-20241022-v2:0",
  })
  void anotherModelOrWayIsNot(String name, String model) {
    assertThat(QuotaNames.parse(name))
        .hasValueSatisfying(named -> assertThat(QuotaNames.isOf(named, model)).isFalse());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Model invocation max tokens per day for Anthropic Claude Sonnet 4.5 V1",
        "Batch inference job size (in GB)",
        "Cross-Model Max Tokens Per Day",
        ""
      })
  void othersAreNoQuotaOfAMinute(String name) {
    assertThat(QuotaNames.parse(name)).isEmpty();
  }
}
