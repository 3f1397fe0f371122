package dev.forebay.bedrock.issues;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Bedrock refuses blank texts in a Converse request, so that no translated one has any. */
class FieldReport03BlankTextTest {
  private static final String CLAUDE = "anthropic.claude-sonnet-4-20250514-v1:0";
  private static final String NOVA = "us.amazon.nova-lite-v1:0";
  private static final String MISTRAL = "mistral.mistral-large-2407-v1:0";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"content\": \"\",",
        "\"content\": \"\\n\",",
        "\"content\": \" \\t\\r\\n \",",
        "\"content\": [],",
        "\"content\": null,",
        "\"content\": [{\"type\": \"text\", \"text\": \"\"}],",
        "\"content\": [{\"type\": \"text\", \"text\": \"\"}, {\"type\": \"text\", \"text\": \"\\n\"}],",
        "\"content\": [{\"type\": \"text\", \"text\": \"\", \"cache_control\": {\"type\": \"ephemeral\"}}],",
        "",
      })
  void aToolThatGaveNothingHasAResult(String content) {
    String body =
        """
        {"max_tokens": 9, "tools": [{"name": "f", "input_schema": {"type": "object"}}],
         "messages": [{"role": "user", "content": "go"},
           {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "f", "input": {}}]},
           {"role": "user", "content": [{"type": "tool_result", %s "tool_use_id": "t1"}]}]}"""
            .formatted(content);

    assertThat(messages(CLAUDE, body, NOVA).path(2).path("content"))
        .isEqualTo(
            Translated.JSON.readTree(
                """
                [{"toolResult": {"toolUseId": "t1", "content": [{"text": "(no output)"}]}}]"""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"a"}]}] | [{"role":"user","content":[{"text":"a"}]}]
          [{"role":"user","content":[{"type":"text","text":" ","cache_control":{"type":"ephemeral"}},{"type":"text","text":"a"}]}] | [{"role":"user","content":[{"text":"a"}]}]
          [{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"","cache_control":{"type":"ephemeral"}}]}] | [{"role":"user","content":[{"text":"a"},{"cachePoint":{"type":"default"}}]}]
          [{"role":"user","content":"a"},{"role":"assistant","content":""},{"role":"user","content":"b"}] | [{"role":"user","content":[{"text":"a"},{"text":"b"}]}]
          [{"role":"user","content":"a"},{"role":"assistant","content":[]},{"role":"user","content":"b"}] | [{"role":"user","content":[{"text":"a"},{"text":"b"}]}]
          [{"role":"user","content":"a"},{"role":"assistant","content":" "}] | [{"role":"user","content":[{"text":"a"}]}]
          [{"role":"user","content":""},{"role":"user","content":"a"}] | [{"role":"user","content":[{"text":"a"}]}]
          [{"role":"user","content":" a\\n"}] | [{"role":"user","content":[{"text":" a\\n"}]}]
          """)
  void blankTextsAreLeftOut(String messages, String expected) {
    assertThat(messages(CLAUDE, "{\"max_tokens\":9,\"messages\":" + messages + "}", NOVA))
        .isEqualTo(Translated.JSON.readTree(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          anthropic.claude-sonnet-4-20250514-v1:0 ; us.amazon.nova-lite-v1:0 ; {"max_tokens":9,"system":"","messages":[{"role":"user","content":"a"}]}
          anthropic.claude-sonnet-4-20250514-v1:0 ; us.amazon.nova-lite-v1:0 ; {"max_tokens":9,"system":[{"type":"text","text":" "}],"messages":[{"role":"user","content":"a"}]}
          us.amazon.nova-lite-v1:0 ; mistral.mistral-large-2407-v1:0 ; {"system":[{"text":""}],"messages":[{"role":"user","content":[{"text":"\\n"},{"text":"a"}]}]}
          mistral.mistral-large-2407-v1:0 ; us.amazon.nova-lite-v1:0 ; {"messages":[{"role":"system","content":" "},{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"a"}]}]}
          mistral.mistral-7b-instruct-v0:2 ; us.amazon.nova-lite-v1:0 ; {"prompt":"<s>[INST] a [/INST]  "}
          meta.llama3-8b-instruct-v1:0 ; us.amazon.nova-lite-v1:0 ; {"prompt":"<|start_header_id|>system<|end_header_id|> <|eot_id|><|start_header_id|>user<|end_header_id|>a<|eot_id|>"}
          """)
  void everyFormsBlankTextsAreLeftOut(String model, String other, String body) {
    JsonNode sent = Translated.body(model, body, other);

    assertThat(sent.path("messages"))
        .isEqualTo(
            Translated.JSON.readTree("[{\"role\":\"user\",\"content\":[{\"text\":\"a\"}]}]"));
    assertThat(sent.has("system")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\" \"", "[{\"type\":\"text\",\"text\":\"\"}]"})
  void aChatToolThatGaveNothingHasAResult(String content) {
    String body =
        """
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
         "messages": [{"role": "user", "content": "go"},
           {"role": "assistant", "content": "", "tool_calls": [{"id": "t1", "function": {"name": "f", "arguments": "{}"}}]},
           {"role": "tool", "tool_call_id": "t1", "content": %s}]}"""
            .formatted(content);

    assertThat(
            messages(MISTRAL, body, NOVA).at("/2/content/0/toolResult/content/0/text").asString(""))
        .isNotBlank();
  }

  private static JsonNode messages(String model, String body, String other) {
    return Translated.body(model, body, other).path("messages");
  }
}
