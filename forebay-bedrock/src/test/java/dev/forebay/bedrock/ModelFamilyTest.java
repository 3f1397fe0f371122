package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFamilyTest {
  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-3-haiku-20240307-v1:0, ANTHROPIC",
    "us.anthropic.claude-sonnet-4-20250514-v1:0, ANTHROPIC",
    "eu.anthropic.claude-sonnet-4-5, ANTHROPIC",
    "apac.anthropic.claude-sonnet-4-5, ANTHROPIC",
    "global.anthropic.claude-opus-4-5, ANTHROPIC",
    "jp.anthropic.claude-sonnet-4-5, ANTHROPIC",
    "au.anthropic.claude-sonnet-4-5, ANTHROPIC",
    "us-gov.anthropic.claude-3-5-sonnet, ANTHROPIC",
    "amazon.nova-lite-v1:0, NOVA",
    "us.amazon.nova-premier-v1:0, NOVA",
    "amazon.nova-2-lite-v1:0, NOVA",
    "amazon.nova-canvas-v1:0, UNKNOWN",
    "amazon.nova-reel-v1:1, UNKNOWN",
    "amazon.nova-2-sonic-v1:0, UNKNOWN",
    "amazon.nova-2-multimodal-embeddings-v1:0, UNKNOWN",
    "amazon.titan-text-express-v1, TITAN_TEXT",
    "amazon.titan-tg1-large, TITAN_TEXT",
    "amazon.titan-embed-text-v2:0, TITAN_EMBED",
    "amazon.titan-image-generator-v2:0, UNKNOWN",
    "us.meta.llama3-3-70b-instruct-v1:0, LLAMA",
    "mistral.mistral-7b-instruct-v0:2, MISTRAL",
    "cohere.command-r-v1:0, UNKNOWN",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0, NOVA",
    "arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-8b-instruct-v1:0, LLAMA",
    "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-3-5-sonnet, ANTHROPIC",
    "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-text-express-v1:0:8k/abcdefghijkl, TITAN_TEXT",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/anthropic.claude, UNKNOWN",
    "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl, UNKNOWN",
    "arn:aws:bedrock, UNKNOWN",
    "arn:aws:bedrock:us-east-1::foundation-model, UNKNOWN",
    "claude, UNKNOWN",
    "a.b.anthropic.claude, UNKNOWN",
    "'', UNKNOWN",
  })
  void aFamilyIsTheModelsOwn(String modelId, ModelFamily family) {
    assertThat(ModelFamily.of(modelId)).isEqualTo(family);
  }
}
