package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.bedrock.ModelFamily.Form;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFamilyTest {
  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-3-haiku-20240307-v1:0, anthropic, ANTHROPIC",
    "amazon.nova-lite-v1:0, nova, NOVA",
    "us.amazon.nova-premier-v1:0, nova, NOVA",
    "amazon.nova-2-lite-v1:0, nova, NOVA",
    "amazon.nova-canvas-v1:0, nova-canvas, NOT_CHAT",
    "amazon.nova-reel-v1:1, nova-reel, NOT_CHAT",
    "amazon.nova-sonic-v1:0, nova-sonic, NOT_CHAT",
    "amazon.nova-2-sonic-v1:0, nova-sonic, NOT_CHAT",
    "amazon.nova-2-multimodal-embeddings-v1:0, amazon-embed, EMBEDDING",
    "amazon.rerank-v1:0, amazon-rerank, NOT_CHAT",
    "amazon.titan-text-express-v1, titan-text, TITAN_TEXT",
    "amazon.titan-tg1-large, titan-text, TITAN_TEXT",
    "amazon.titan-embed-text-v2:0, titan-embed, EMBEDDING",
    "amazon.titan-image-generator-v2:0, titan-image, NOT_CHAT",
    "us.meta.llama3-3-70b-instruct-v1:0, llama, LLAMA",
    "mistral.mistral-7b-instruct-v0:2, mistral-prompt, MISTRAL_PROMPT",
    "mistral.mixtral-8x7b-instruct-v0:1, mistral-prompt, MISTRAL_PROMPT",
    "mistral.mistral-large-2402-v1:0, mistral-2402, MISTRAL_PROMPT_OR_CHAT",
    "mistral.mistral-small-2402-v1:0, mistral-2402, MISTRAL_PROMPT_OR_CHAT",
    "mistral.mistral-large-2407-v1:0, mistral-chat, MISTRAL_CHAT",
    "us.mistral.pixtral-large-2502-v1:0, mistral-chat, MISTRAL_CHAT",
    "mistral.mistral-large-3-675b-instruct, mistral, CHAT",
    "mistral.ministral-3-8b-instruct, mistral, CHAT",
    "mistral.magistral-small-2509, mistral, CHAT",
    "mistral.devstral-2-123b, mistral, CHAT",
    "openai.gpt-oss-120b-1:0, openai, CHAT",
    "openai.gpt-oss-safeguard-20b, openai, CHAT",
    "us.openai.gpt-6-sol, openai, CHAT",
    "us.openai.gpt-5.6-sol, openai-gpt-5, OTHER",
    "qwen.qwen3-coder-480b-a35b-v1:0, qwen, CHAT",
    "deepseek.v3-v1:0, deepseek, CHAT",
    "deepseek.v3.2, deepseek, CHAT",
    "us.deepseek.r1-v1:0, deepseek-r1, DEEPSEEK_PROMPT",
    "google.gemma-3-27b-it, google, CHAT",
    "minimax.minimax-m2.1, minimax, CHAT",
    "moonshotai.kimi-k2.5, moonshotai, CHAT",
    "moonshot.kimi-k2-thinking, moonshotai, CHAT",
    "nvidia.nemotron-nano-12b-v2, nvidia, CHAT",
    "us.writer.palmyra-x5-v1:0, writer, CHAT",
    "us.xai.grok-4.6, xai, CHAT",
    "zai.glm-4.7-flash, zai, CHAT",
    "ai21.jamba-1-5-mini-v1:0, ai21, CHAT",
    "ai21.j2-ultra-v1, ai21-j2, OTHER",
    "cohere.command-r-v1:0, cohere-command-r, COHERE_CHAT",
    "cohere.command-r-plus-v1:0, cohere-command-r, COHERE_CHAT",
    "cohere.command-light-text-v14, cohere-command, OTHER",
    "cohere.command-a-03-2026, cohere, OTHER",
    "us.cohere.embed-v4:0, cohere-embed, EMBEDDING",
    "cohere.rerank-v3-5:0, cohere-rerank, NOT_CHAT",
    "stability.sd3-5-large-v1:0, stability-image, NOT_CHAT",
    "us.stability.stable-image-ultra-v1:1, stability-image, NOT_CHAT",
    "us.stability.stable-image-inpaint-v1:0, stability.stable-image-inpaint-v1:0, NOT_CHAT",
    "luma.ray-v2:0, luma, NOT_CHAT",
    "twelvelabs.pegasus-1-2-v1:0, twelvelabs, NOT_CHAT",
    "twelvelabs.marengo-embed-2-7-v1:0, twelvelabs-embed, EMBEDDING",
    "acme.large-v1:0, acme, OTHER",
    "acme.large-4.7, acme, OTHER",
    "us.acme.large-4.7, acme, OTHER",
    "acme.text-embedding-v1, acme-embed, EMBEDDING",
    "a.b.anthropic.claude, a, OTHER",
  })
  void aFamilyIsItsProvidersUnlessBodiesDiffer(String modelId, String name, Form form) {
    assertThat(ModelFamily.of(modelId)).isEqualTo(new ModelFamily(name, form));
  }

  @Test
  void aGeographyIsNoProvider() {
    for (String model :
        List.of("anthropic.claude-sonnet-4-5", "openai.gpt-oss-120b-1:0", "xai.grok-4.6")) {
      for (String geography :
          List.of("us", "us-gov", "eu", "ap", "apac", "jp", "au", "ca", "sa", "global", "mx")) {
        assertThat(ModelFamily.of(geography + "." + model)).isEqualTo(ModelFamily.of(model));
        assertThat(ModelIds.base(geography + "." + model)).isEqualTo(model);
      }
      assertThat(ModelIds.base(model)).isEqualTo(model);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0, nova",
    "arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-8b-instruct-v1:0, llama",
    "arn:aws:bedrock:us-east-1::foundation-model/zai.glm-4.7, zai",
    "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-3-5-sonnet, anthropic",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.openai.gpt-6-sol, openai",
    "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-text-express-v1:0:8k/abcdefghijkl, titan-text",
    "arn:aws:bedrock:us-east-1:123456789012:custom-model/acme.small-v1:0/abcdefghijkl, acme",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/anthropic.claude, ''",
    "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl, ''",
    "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl, ''",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/a.b, ''",
    "arn:aws:bedrock, ''",
    "arn:aws:bedrock:us-east-1::foundation-model, ''",
    "claude, ''",
    "us.claude, ''",
    "'', ''",
  })
  void anArnTellsItsFamilyOrNone(String modelId, String name) {
    assertThat(ModelFamily.of(modelId).name()).isEqualTo(name);
  }

  @Test
  void whatAnOperatorConfiguredComesFirst() {
    String arn = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc";
    ModelFamilies families =
        ModelFamilies.configured(
            Map.of("acme.", "chat", "acme.old", "llama", "openai.gpt-oss", "nova", arn, "qwen"));

    assertThat(families.of("us.acme.new")).isEqualTo(new ModelFamily("acme", Form.CHAT));
    assertThat(families.of("acme.old-1")).isEqualTo(ModelFamily.LLAMA);
    assertThat(families.of("openai.gpt-oss-20b-1:0")).isEqualTo(ModelFamily.NOVA);
    assertThat(families.of("openai.gpt-6-sol")).isEqualTo(ModelFamily.OPENAI);
    assertThat(families.of(arn)).isEqualTo(families.of("qwen.qwen3-32b-v1:0"));
    assertThat(ModelFamily.of("acme.new").form()).isEqualTo(Form.OTHER);
  }

  @Test
  void anUnknownNameOfAFamilyIsRefused() {
    assertThatThrownBy(() -> ModelFamilies.configured(Map.of("acme.", "gpt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'gpt'");
    assertThat(ModelFamilies.names())
        .contains("anthropic", "chat", "cohere-command-r", "deepseek-r1", "llama", "openai");
  }
}
