package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Operation;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** InvokeModel bodies of each family, and the Converse request that another family is sent. */
class RequestTranslationTest {
  private static final String ANTHROPIC_CHAT =
      """
      {"anthropic_version": "bedrock-2023-05-31", "anthropic_beta": [], "max_tokens": 512,
       "metadata": {"user_id": "u-1"}, "thinking": {"type": "disabled"},
       "system": "Be short.", "temperature": 0.7, "top_p": 0.9, "top_k": 50,
       "stop_sequences": ["END"],
       "messages": [
         {"role": "user", "content": "Hello"},
         {"role": "assistant", "content": [{"type": "text", "text": "Hi."}]},
         {"role": "user", "content": [{"type": "text", "text": "How"}]},
         {"role": "user", "content": "are you?"}]}""";

  private static final String ANTHROPIC_TOOLS =
      """
      {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 512,
       "system": [{"type": "text", "text": "Use tools.", "cache_control": {"type": "ephemeral"}}],
       "tools": [{"name": "get_weather", "description": "The weather",
         "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}],
       "tool_choice": {"type": "tool", "name": "get_weather"},
       "messages": [
         {"role": "user", "content": "Weather in Rome?"},
         {"role": "assistant", "content": [
           {"type": "text", "text": "I look."},
           {"type": "tool_use", "id": "toolu_01", "name": "get_weather", "input": {"city": "Rome"}}]},
         {"role": "user", "content": [
           {"type": "tool_result", "tool_use_id": "toolu_01", "is_error": true,
            "content": [{"type": "text", "text": "no such city"}]},
           {"type": "tool_result", "tool_use_id": "toolu_02", "content": "21.50"}]}]}""";

  private static final String ANTHROPIC_MEDIA =
      """
      {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 10, "messages": [{"role": "user",
       "content": [
         {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
         {"type": "document", "title": "report.pdf", "citations": {"enabled": false},
          "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}},
         {"type": "document", "title": "report.pdf",
          "source": {"type": "text", "media_type": "text/plain", "data": "abc"}},
         {"type": "text", "text": "Compare."}]}]}""";

  private static final String NOVA_CHAT =
      """
      {"schemaVersion": "messages-v1", "system": [{"text": "Be short."}],
       "inferenceConfig": {"max_new_tokens": 300, "temperature": 0.3, "topP": 0.1, "topK": 20,
         "stopSequences": ["END"]},
       "toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}],
         "toolChoice": {"auto": {}}},
       "messages": [
         {"role": "user", "content": [{"text": "Look"},
           {"image": {"format": "jpeg", "source": {"bytes": "/9j/4AA="}}}]},
         {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1.10}}}]},
         {"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "content": [{"json": {"b": 2}}]}}]}]}""";

  private static final String LLAMA_3 =
      """
      {"max_gen_len": 100, "temperature": 0.5, "top_p": 0.9,
       "prompt": "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\\n\\nBe short.<|eot_id|><|start_header_id|>user<|end_header_id|>\\n\\nHello<|eot_id|><|start_header_id|>assistant<|end_header_id|>\\n\\nHi.<|eot_id|>\\n<|start_header_id|>user<|end_header_id|>\\n\\nHow are\\nyou?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\\n\\n"}""";

  private static final String LLAMA_4 =
      """
      {"prompt": "<|begin_of_text|><|header_start|>user<|header_end|>\\n\\nHello<|eot|><|header_start|>assistant<|header_end|>\\n\\n"}""";

  private static final String LLAMA_2 =
      """
      {"prompt": "<s>[INST] <<SYS>>\\nBe short.\\n<</SYS>>\\n\\nHello [/INST] Hi. </s><s>[INST] How are you? [/INST]"}""";

  private static final String MISTRAL_PROMPT =
      """
      {"prompt": "<s>[INST] Hello [/INST] Hi.</s> [INST] How are you? [/INST]", "max_tokens": 200,
       "temperature": 0.5, "top_p": 0.9, "top_k": 50, "stop": ["END"]}""";

  private static final String MISTRAL_CHAT =
      """
      {"max_tokens": 200, "temperature": 0.5, "top_p": 0.9, "tool_choice": "any",
       "tools": [{"type": "function", "function": {"name": "f", "description": "d",
         "parameters": {"type": "object"}}}],
       "messages": [
         {"role": "system", "content": "Be short."},
         {"role": "user", "content": [{"type": "text", "text": "Look"},
           {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]},
         {"role": "assistant", "content": "", "tool_calls": [
           {"id": "t1", "type": "function", "function": {"name": "f", "arguments": "{\\"a\\": 1}"}}]},
         {"role": "tool", "tool_call_id": "t1", "content": "42"}]}""";

  private static final String TITAN =
      """
      {"inputText": "User: Hello\\nBot: Hi.\\nUser: How are you?\\nBot:",
       "textGenerationConfig": {"maxTokenCount": 300, "temperature": 0, "topP": 0.9, "stopSequences": []}}""";

  private static final String CHAT_MESSAGES =
      """
      "messages": [{"role": "user", "content": [{"text": "Hello"}]},
        {"role": "assistant", "content": [{"text": "Hi."}]},
        {"role": "user", "content": [{"text": "How are you?"}]}]""";

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(
            "Anthropic's chat for Nova",
            Given.CLAUDE,
            ANTHROPIC_CHAT,
            Given.NOVA,
            """
            {"system": [{"text": "Be short."}],
             "inferenceConfig": {"maxTokens": 512, "temperature": 0.7, "topP": 0.9, "stopSequences": ["END"]},
             "messages": [{"role": "user", "content": [{"text": "Hello"}]},
               {"role": "assistant", "content": [{"text": "Hi."}]},
               {"role": "user", "content": [{"text": "How"}, {"text": "are you?"}]}],
             "additionalModelRequestFields": {"inferenceConfig": {"topK": 50}}}"""),
        Arguments.of(
            "Anthropic's tools",
            Given.CLAUDE,
            ANTHROPIC_TOOLS,
            Given.NOVA,
            """
            {"system": [{"text": "Use tools."}, {"cachePoint": {"type": "default"}}],
             "inferenceConfig": {"maxTokens": 512},
             "toolConfig": {"tools": [{"toolSpec": {"name": "get_weather", "description": "The weather",
                 "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}}}}}],
               "toolChoice": {"tool": {"name": "get_weather"}}},
             "messages": [{"role": "user", "content": [{"text": "Weather in Rome?"}]},
               {"role": "assistant", "content": [{"text": "I look."},
                 {"toolUse": {"toolUseId": "toolu_01", "name": "get_weather", "input": {"city": "Rome"}}}]},
               {"role": "user", "content": [
                 {"toolResult": {"toolUseId": "toolu_01", "content": [{"text": "no such city"}], "status": "error"}},
                 {"toolResult": {"toolUseId": "toolu_02", "content": [{"text": "21.50"}]}}]}]}"""),
        Arguments.of(
            "Anthropic's images and documents",
            Given.CLAUDE,
            ANTHROPIC_MEDIA,
            Given.NOVA,
            """
            {"inferenceConfig": {"maxTokens": 10}, "messages": [{"role": "user", "content": [
               {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}},
               {"document": {"format": "pdf", "name": "report pdf", "source": {"bytes": "JVBERi0="}}},
               {"document": {"format": "txt", "name": "report pdf 2", "source": {"bytes": "YWJj"}}},
               {"text": "Compare."}]}]}"""),
        Arguments.of(
            "Nova's",
            Given.NOVA,
            NOVA_CHAT,
            Given.CLAUDE,
            """
            {"system": [{"text": "Be short."}],
             "inferenceConfig": {"maxTokens": 300, "temperature": 0.3, "topP": 0.1, "stopSequences": ["END"]},
             "toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}],
               "toolChoice": {"auto": {}}},
             "messages": [{"role": "user", "content": [{"text": "Look"},
                 {"image": {"format": "jpeg", "source": {"bytes": "/9j/4AA="}}}]},
               {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1.10}}}]},
               {"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "content": [{"json": {"b": 2}}]}}]}],
             "additionalModelRequestFields": {"top_k": 20}}"""),
        Arguments.of(
            "Llama 3's template",
            Given.LLAMA,
            LLAMA_3,
            Given.NOVA,
            """
            {"system": [{"text": "Be short."}],
             "inferenceConfig": {"maxTokens": 100, "temperature": 0.5, "topP": 0.9},
             "messages": [{"role": "user", "content": [{"text": "Hello"}]},
               {"role": "assistant", "content": [{"text": "Hi."}]},
               {"role": "user", "content": [{"text": "How are\\nyou?"}]}]}"""),
        Arguments.of(
            "Llama 4's template, with its default maximum",
            Given.LLAMA,
            LLAMA_4,
            Given.NOVA,
            """
            {"inferenceConfig": {"maxTokens": 512},
             "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}"""),
        Arguments.of(
            "Llama 2's template",
            "meta.llama2-70b-chat-v1",
            LLAMA_2,
            Given.CLAUDE,
            """
            {"system": [{"text": "Be short."}], "inferenceConfig": {"maxTokens": 512}, %s}"""
                .formatted(CHAT_MESSAGES)),
        Arguments.of(
            "a plain prompt",
            Given.LLAMA,
            "{\"prompt\": \" Hello \", \"max_gen_len\": 7}",
            Given.TITAN,
            """
            {"inferenceConfig": {"maxTokens": 7},
             "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}"""),
        Arguments.of(
            "Mistral's template",
            Given.MISTRAL_7B,
            MISTRAL_PROMPT,
            Given.NOVA,
            """
            {"inferenceConfig": {"maxTokens": 200, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
             %s, "additionalModelRequestFields": {"inferenceConfig": {"topK": 50}}}"""
                .formatted(CHAT_MESSAGES)),
        Arguments.of(
            "Mistral's chat",
            "us.mistral.pixtral-large-2502-v1:0",
            MISTRAL_CHAT,
            Given.CLAUDE,
            """
            {"system": [{"text": "Be short."}],
             "inferenceConfig": {"maxTokens": 200, "temperature": 0.5, "topP": 0.9},
             "toolConfig": {"tools": [{"toolSpec": {"name": "f", "description": "d",
                 "inputSchema": {"json": {"type": "object"}}}}], "toolChoice": {"any": {}}},
             "messages": [{"role": "user", "content": [{"text": "Look"},
                 {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}}]},
               {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1}}}]},
               {"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "content": [{"text": "42"}]}}]}]}"""),
        Arguments.of(
            "Titan's conversation",
            Given.TITAN,
            TITAN,
            Given.CLAUDE,
            """
            {"inferenceConfig": {"maxTokens": 300, "temperature": 0, "topP": 0.9}, %s}"""
                .formatted(CHAT_MESSAGES)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void isCarriedOver(String name, String model, String body, String other, String expected) {
    Given call = Given.invoke(model, body);

    assertThat(call.objection(other)).isNull();
    assertThat(call.sentTo(other)).isEqualTo(Trees.read(expected));
  }

  @Test
  void aNovaBlockWithACacheMarkBecomesTwo() {
    String body =
        """
        {"system": [{"cachePoint": {"type": "default"}, "text": "Be short."}],
         "toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}},
           "cachePoint": {"type": "default"}}]},
         "messages": [{"role": "user", "content": [
           {"cachePoint": {"type": "default", "ttl": "5m"}, "text": "a"}, {"text": "b"}]}]}""";

    assertThat(Given.invoke(Given.NOVA, body).sentTo(Given.CLAUDE))
        .isEqualTo(
            Trees.read(
                """
                {"system": [{"text": "Be short."}, {"cachePoint": {"type": "default"}}],
                 "toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}},
                   {"cachePoint": {"type": "default"}}]},
                 "messages": [{"role": "user", "content": [{"text": "a"},
                   {"cachePoint": {"type": "default", "ttl": "5m"}}, {"text": "b"}]}]}"""));
  }

  @Test
  void aGuardrailAndATierGoOn() {
    Given call =
        Given.invoke(Given.LLAMA, LLAMA_4)
            .header("X-Amzn-Bedrock-GuardrailIdentifier", "gr1")
            .header("X-Amzn-Bedrock-GuardrailVersion", "2")
            .header("X-Amzn-Bedrock-Service-Tier", "flex");

    assertThat(call.objection(Given.NOVA)).isNull();
    assertThat(call.sentTo(Given.NOVA).path("guardrailConfig"))
        .isEqualTo(Trees.read("{\"guardrailIdentifier\": \"gr1\", \"guardrailVersion\": \"2\"}"));
    assertThat(call.sentTo(Given.NOVA).path("serviceTier"))
        .isEqualTo(Trees.read("{\"type\": \"flex\"}"));
  }

  @Test
  void aStreamIsAskedForAsOne() {
    assertThat(Given.invoke(Given.LLAMA, LLAMA_4).translation(Given.NOVA).operation())
        .isEqualTo(Operation.CONVERSE);
    assertThat(
            Given.call(Operation.INVOKE_STREAM, Given.LLAMA, LLAMA_4)
                .translation(Given.NOVA)
                .operation())
        .isEqualTo(Operation.CONVERSE_STREAM);
  }

  @Test
  void theSameFamilyReadsTheBodyAsItIs() {
    assertThat(Given.invoke(Given.CLAUDE, ANTHROPIC_CHAT).isTranslatedFor(Given.OLD_CLAUDE))
        .isFalse();
    assertThat(
            Given.call(Operation.CONVERSE, Given.CLAUDE, "{\"messages\": []}")
                .isTranslatedFor(Given.NOVA))
        .isFalse();
  }

  @Test
  void aModelThatOnlyItsOwnerKnowsReadsTheBodyAsItIs() {
    String arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl";

    assertThat(Given.invoke(Given.CLAUDE, ANTHROPIC_CHAT).isTranslatedFor(arn)).isFalse();
    assertThat(Given.invoke(Given.CLAUDE, ANTHROPIC_CHAT).objection(arn)).isNull();
  }
}
