package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Operation;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which model an InvokeModel body may go to: as it is, by way of Converse, or not at all. */
class FamilyPairsObjectionTest {
  enum Way {
    UNTOUCHED,
    TRANSLATED,
    INELIGIBLE
  }

  @ParameterizedTest
  @CsvSource({
    "openai.gpt-oss-120b-1:0, openai.gpt-oss-20b-1:0, UNTOUCHED",
    "us.openai.gpt-6-sol, global.openai.gpt-6-terra, UNTOUCHED",
    "openai.gpt-oss-120b-1:0, openai.gpt-5.6-sol, TRANSLATED",
    "qwen.qwen3-32b-v1:0, qwen.qwen3-coder-30b-a3b-v1:0, UNTOUCHED",
    "deepseek.v3-v1:0, deepseek.v3.2, UNTOUCHED",
    "us.deepseek.r1-v1:0, deepseek.v3-v1:0, TRANSLATED",
    "deepseek.v3-v1:0, us.deepseek.r1-v1:0, TRANSLATED",
    "cohere.command-r-v1:0, cohere.command-r-plus-v1:0, UNTOUCHED",
    "cohere.command-text-v14, cohere.command-light-text-v14, UNTOUCHED",
    "cohere.command-r-v1:0, cohere.command-light-text-v14, TRANSLATED",
    "cohere.command-light-text-v14, cohere.command-r-v1:0, INELIGIBLE",
    "cohere.command-r-v1:0, cohere.embed-v4:0, INELIGIBLE",
    "cohere.embed-v4:0, cohere.embed-english-v3, INELIGIBLE",
    "us.cohere.embed-v4:0, global.cohere.embed-v4:0, UNTOUCHED",
    "cohere.command-r-v1:0, cohere.rerank-v3-5:0, INELIGIBLE",
    "ai21.jamba-1-5-mini-v1:0, ai21.jamba-1-5-large-v1:0, UNTOUCHED",
    "ai21.jamba-1-5-mini-v1:0, ai21.j2-ultra-v1, TRANSLATED",
    "google.gemma-3-27b-it, google.gemma-3-12b-it, UNTOUCHED",
    "minimax.minimax-m2, minimax.minimax-m2.1, UNTOUCHED",
    "moonshot.kimi-k2-thinking, moonshotai.kimi-k2.5, UNTOUCHED",
    "zai.glm-4.7, zai.glm-4.7-flash, UNTOUCHED",
    "nvidia.nemotron-nano-9b-v2, nvidia.nemotron-nano-12b-v2, UNTOUCHED",
    "us.writer.palmyra-x5-v1:0, writer.palmyra-x4-v1:0, UNTOUCHED",
    "xai.grok-4.6, us.xai.grok-4.7, UNTOUCHED",
    "acme.large-v1:0, us.acme.small-v2:0, UNTOUCHED",
    "acme.large-v1:0, other.large-v1:0, INELIGIBLE",
    "acme.large-v1:0, anthropic.claude-sonnet-4-5, INELIGIBLE",
    "anthropic.claude-sonnet-4-5, acme.large-v1:0, TRANSLATED",
    "qwen.qwen3-32b-v1:0, openai.gpt-oss-120b-1:0, TRANSLATED",
    "qwen.qwen3-32b-v1:0, anthropic.claude-sonnet-4-5, TRANSLATED",
    "mistral.mistral-7b-instruct-v0:2, mistral.mixtral-8x7b-instruct-v0:1, UNTOUCHED",
    "mistral.mistral-large-3-675b-instruct, mistral.ministral-3-8b-instruct, UNTOUCHED",
    "mistral.mistral-7b-instruct-v0:2, mistral.mistral-large-3-675b-instruct, TRANSLATED",
    "mistral.mistral-large-2407-v1:0, us.mistral.pixtral-large-2502-v1:0, UNTOUCHED",
    "anthropic.claude-sonnet-4-5, amazon.nova-canvas-v1:0, INELIGIBLE",
    "anthropic.claude-sonnet-4-5, stability.sd3-5-large-v1:0, INELIGIBLE",
    "amazon.nova-canvas-v1:0, amazon.nova-lite-v1:0, INELIGIBLE",
    "amazon.nova-canvas-v1:0, amazon.nova-reel-v1:0, INELIGIBLE",
    "stability.sd3-5-large-v1:0, stability.stable-image-ultra-v1:1, UNTOUCHED",
    "stability.sd3-5-large-v1:0, us.stability.stable-image-inpaint-v1:0, INELIGIBLE",
    "amazon.titan-embed-text-v1, amazon.titan-embed-text-v2:0, INELIGIBLE",
  })
  void anInvokeModelBody(String asked, String other, Way way) {
    assertThat(way(Given.invoke(asked, body(asked)), other)).isEqualTo(way);
  }

  @ParameterizedTest
  @CsvSource({
    "mistral.mistral-large-2402-v1:0, prompt, mistral.mistral-7b-instruct-v0:2, UNTOUCHED",
    "mistral.mistral-large-2402-v1:0, prompt, mistral.mistral-large-2407-v1:0, TRANSLATED",
    "mistral.mistral-large-2402-v1:0, messages, mistral.mistral-large-2407-v1:0, UNTOUCHED",
    "mistral.mistral-large-2402-v1:0, messages, mistral.mistral-7b-instruct-v0:2, TRANSLATED",
    "mistral.mistral-7b-instruct-v0:2, prompt, mistral.mistral-large-2402-v1:0, UNTOUCHED",
    "mistral.mistral-large-2407-v1:0, messages, mistral.mistral-small-2402-v1:0, UNTOUCHED",
  })
  void aBodyThatTwoFamiliesTakeIsNotTouched(String asked, String form, String other, Way way) {
    String body = form.equals("prompt") ? PROMPT : CHAT;
    assertThat(way(Given.invoke(asked, body), other)).isEqualTo(way);
  }

  @ParameterizedTest
  @CsvSource({
    "openai.gpt-oss-120b-1:0, openai.gpt-oss-20b-1:0, UNTOUCHED",
    "acme.large-v1:0, acme.small-v1:0, UNTOUCHED",
    "openai.gpt-oss-120b-1:0, qwen.qwen3-32b-v1:0, INELIGIBLE",
  })
  void tokensOfABodyAreCountedByItsOwnProvidersModels(String asked, String other, Way way) {
    Given call =
        Given.call(
            Operation.COUNT_TOKENS, asked, "{\"input\": {\"invokeModel\": {\"body\": \"e30=\"}}}");
    assertThat(way(call, other)).isEqualTo(way);
  }

  /** The table says that they take none in Converse. */
  @ParameterizedTest
  @CsvSource({
    "openai.gpt-oss-120b-1:0, openai.gpt-oss-20b-1:0, UNTOUCHED",
    "qwen.qwen3-32b-v1:0, qwen.qwen3-coder-30b-a3b-v1:0, UNTOUCHED",
    "openai.gpt-oss-120b-1:0, qwen.qwen3-32b-v1:0, INELIGIBLE",
    "qwen.qwen3-32b-v1:0, amazon.nova-lite-v1:0, TRANSLATED",
  })
  void aChatBodysStopSequencesStayWithinItsProvider(String asked, String other, Way way) {
    String body = "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}], \"stop\": [\"END\"]}";
    assertThat(way(Given.invoke(asked, body), other)).isEqualTo(way);
  }

  private static final String CHAT =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}], \"max_tokens\": 5}";
  private static final String PROMPT = "{\"prompt\": \"x\", \"max_tokens\": 5}";

  private static Way way(Given call, String other) {
    String objection = call.objection(other);
    if (objection != null) {
      assertThat(objection).isNotBlank();
      return Way.INELIGIBLE;
    }
    return call.isTranslatedFor(other) ? Way.TRANSLATED : Way.UNTOUCHED;
  }

  private static String body(String model) {
    String id = model.toLowerCase(Locale.ROOT);
    if (id.contains("cohere.command-r")) {
      return "{\"message\": \"x\"}";
    }
    boolean prompt =
        id.contains("deepseek.r1") || id.contains("mistral-7b") || id.contains("cohere.command");
    return prompt ? PROMPT : CHAT;
  }
}
