package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTableTest {
  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-3-haiku-20240307-v1:0, 4096",
    "us.anthropic.claude-3-5-haiku-20241022-v1:0, 8192",
    "global.anthropic.claude-sonnet-4-5-20250929-v1:0, 64000",
    "us.anthropic.claude-opus-4-20250514-v1:0, 32000",
    "us.anthropic.claude-opus-4-5-20251101-v1:0, 64000",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0, 10000",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-lite-v1, 4096",
    "us.meta.llama3-1-70b-instruct-v1:0, 2048",
    "mistral.mistral-7b-instruct-v0:2, 8192",
  })
  void theLongestBeginningCounts(String model, int maxOutput) {
    assertThat(ModelTable.of(model).maxOutputTokens()).isEqualTo(maxOutput);
  }

  @Test
  void anUnlistedModelCanDoAll() {
    assertThat(ModelTable.of("writer.palmyra-x5-v1:0")).isEqualTo(Capabilities.UNKNOWN);
  }
}
