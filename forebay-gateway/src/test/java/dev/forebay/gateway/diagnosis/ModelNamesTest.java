package dev.forebay.gateway.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNamesTest {
  private static final ModelNames names =
      new ModelNames(
          List.of(
              "anthropic.claude-sonnet-4-5",
              "anthropic.claude-haiku-4-5",
              "anthropic.claude-opus-5",
              "amazon.nova-2-lite",
              "amazon.nova-micro",
              "amazon.titan-text-express",
              "meta.llama3-1",
              "mistral.ministral-3",
              "openai.gpt-oss",
              "qwen.qwen3"));

  @ParameterizedTest
  @CsvSource({
    "us.anthropic.claude-sonet-4-5-20250929-v1:0, us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "antropic.claude-haiku-4-5, anthropic.claude-haiku-4-5",
    "anthropic.cluade-opus-5, anthropic.claude-opus-5",
    "anthropic.claude-hiaku-4-5, anthropic.claude-haiku-4-5",
    "amazn.nova-2-lite-v1:0, amazon.nova-2-lite-v1:0",
    "amazon.nova-2-litle-v1:0, amazon.nova-2-lite-v1:0",
    "meta.lama3-1-8b-instuct-v1:0, meta.llama3-1-8b-instruct-v1:0",
    "Anthropic.claude-opus-5, anthropic.claude-opus-5",
    "amazon.nova-2-lit, amazon.nova-2-lite",
    "us.amazon.nova-lit-v1:0, us.amazon.nova-lite-v1:0",
    "amazon.nova-3-lte-v1:0, amazon.nova-3-lite-v1:0",
    "openai.gtp-oss-120b-1:0, openai.gpt-oss-120b-1:0",
    "openai.gpt-os-120b-1:0, openai.gpt-oss-120b-1:0",
    "claude-sonnet-4-5-20250929-v1:0, anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.claude-haiku-4-5, us.anthropic.claude-haiku-4-5",
    "nova-micro-v1:0, amazon.nova-micro-v1:0",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claud-opus-5,"
        + " arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-5",
  })
  void aMistypedIdIsNearAKnownOne(String typed, String meant) {
    assertThat(names.meant(typed)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "anthropic.claude-opus-9-9",
        "anthropic.claude-fable-6",
        "anthropic.claude-mythos-5",
        "amazon.nova-sonic-v1:0",
        "amazon.nova-canvas-v1:0",
        "amazon.titan-embed-text-v2:0",
        "qwen.qwen3-coder-480b-a35b-v1:0",
        "mistral.pixtral-large-2502-v1:0",
        "google.gemma-3-27b-it",
        "acme.thinker-v1:0",
        "amazon.nova-act-v1:0",
        "amazon.nova-pro-v1:0",
        "cohere.command-a-v1:0",
        "openai.gpt-6-v1",
        "qwen.qwen3-vl-235b",
        "us.something",
        "m",
        "arn:aws:bedrock:us-east-1:1:application-inference-profile/claud3sonet",
        "arn:aws:bedrock:us-east-1:1:imported-model/antropic",
      })
  void anIdThatIsOnlyNotKnownIsNone(String model) {
    assertThat(names.meant(model)).isEqualTo(model);
  }
}
