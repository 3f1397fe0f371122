package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.bedrock.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Converse answers as the callers of each family's InvokeModel get them. */
class UnaryAnswerTest {
  static final String CLAUDE_ASKS =
      "{\"max_tokens\": 10, \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
  static final String NOVA_ASKS =
      "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"x\"}]}]}";
  static final String PROMPT_ASKS = "{\"prompt\": \"x\"}";
  static final String CHAT_ASKS = "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
  static final String TITAN_ASKS = "{\"inputText\": \"x\"}";
  static final Headers HEAD = name -> name.equals("x-amzn-RequestId") ? "0A1B-22" : null;

  private static final String TEXT =
      """
      {"output": {"message": {"role": "assistant", "content": [
         {"reasoningContent": {"reasoningText": {"text": "hm"}}}, {"text": "Hel"}, {"text": "lo"}]}},
       "stopReason": "%s", "usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 12},
       "metrics": {"latencyMs": 42}}""";

  private static final String TOOL =
      """
      {"output": {"message": {"role": "assistant", "content": [{"text": "I look."},
         {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1.50}}}]}},
       "stopReason": "tool_use", "metrics": {"latencyMs": 42},
       "usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 15, "cacheReadInputTokens": 3}}""";

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of(
            "Anthropic",
            Given.CLAUDE,
            CLAUDE_ASKS,
            Given.NOVA,
            TEXT.formatted("end_turn"),
            """
            {"id": "msg_bdrk_0a1b22", "type": "message", "role": "assistant", "model": "amazon.nova-lite-v1:0",
             "content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}],
             "stop_reason": "end_turn", "stop_sequence": null,
             "usage": {"input_tokens": 5, "output_tokens": 7}}"""),
        Arguments.of(
            "Anthropic's tool",
            Given.CLAUDE,
            CLAUDE_ASKS,
            Given.NOVA,
            TOOL,
            """
            {"id": "msg_bdrk_0a1b22", "type": "message", "role": "assistant", "model": "amazon.nova-lite-v1:0",
             "content": [{"type": "text", "text": "I look."},
               {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1.50}}],
             "stop_reason": "tool_use", "stop_sequence": null,
             "usage": {"input_tokens": 5, "output_tokens": 7, "cache_read_input_tokens": 3,
               "cache_creation_input_tokens": 0}}"""),
        Arguments.of(
            "Nova",
            Given.NOVA,
            NOVA_ASKS,
            Given.CLAUDE,
            TOOL,
            """
            {"output": {"message": {"content": [{"text": "I look."},
                {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1.50}}}], "role": "assistant"}},
             "stopReason": "tool_use", "usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 15,
               "cacheReadInputTokenCount": 3, "cacheWriteInputTokenCount": 0}}"""),
        Arguments.of(
            "Llama",
            Given.LLAMA,
            PROMPT_ASKS,
            Given.NOVA,
            TEXT.formatted("max_tokens"),
            """
            {"generation": "Hello", "prompt_token_count": 5, "generation_token_count": 7, "stop_reason": "length"}"""),
        Arguments.of(
            "Titan",
            Given.TITAN,
            TITAN_ASKS,
            Given.NOVA,
            TEXT.formatted("stop_sequence"),
            """
            {"inputTextTokenCount": 5, "results": [{"tokenCount": 7, "outputText": "Hello",
              "completionReason": "STOP_CRITERIA_MET"}]}"""),
        Arguments.of(
            "Mistral's completion",
            Given.MISTRAL_7B,
            PROMPT_ASKS,
            Given.NOVA,
            TEXT.formatted("end_turn"),
            "{\"outputs\": [{\"text\": \"Hello\", \"stop_reason\": \"stop\"}]}"),
        Arguments.of(
            "Mistral's chat",
            Given.MISTRAL_LARGE,
            CHAT_ASKS,
            Given.NOVA,
            TOOL,
            """
            {"choices": [{"index": 0, "message": {"role": "assistant", "tool_calls": [{"id": "t1",
                "type": "function", "function": {"name": "f", "arguments": "{\\"a\\":1.50}"}}],
                "content": "I look."}, "stop_reason": "tool_calls"}]}"""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void areGivenInTheFormAskedFor(
      String name, String model, String asks, String other, String answer, String expected)
      throws Exception {
    assertThat(translated(Given.invoke(model, asks), other, answer))
        .isEqualTo(Trees.read(expected));
  }

  static Stream<Arguments> blankTexts() {
    return Stream.of(
        Arguments.of(Given.CLAUDE, CLAUDE_ASKS, "/content"),
        Arguments.of(Given.NOVA, NOVA_ASKS, "/output/message/content"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blankTexts")
  void aBlankTextIsNoBlock(String model, String asks, String content) throws Exception {
    for (String blank : new String[] {"", "\\n\\n"}) {
      String answer = TEXT.formatted("end_turn").replace("\"Hel\"", "\"" + blank + "\"");
      JsonNode blocks = translated(Given.invoke(model, asks), Given.UNLISTED, answer).at(content);
      assertThat(blocks.size()).isEqualTo(1);
      assertThat(blocks.path(0).path("text").stringValue()).isEqualTo("lo");
      String nothing = answer.replace("\"lo\"", "\"\"");
      assertThat(translated(Given.invoke(model, asks), Given.UNLISTED, nothing).at(content))
          .isEmpty();
    }
  }

  @Test
  void novasTotalIncludesCachedTokens() throws Exception {
    String answer =
        TEXT.formatted("end_turn")
            .replace(
                "\"totalTokens\": 12",
                "\"totalTokens\": 122, \"cacheReadInputTokens\": 100, \"cacheWriteInputTokens\": 10");

    assertThat(translated(Given.invoke(Given.NOVA, NOVA_ASKS), Given.CLAUDE, answer).path("usage"))
        .isEqualTo(
            Trees.read(
                """
                {"inputTokens": 5, "outputTokens": 7, "totalTokens": 122,
                 "cacheReadInputTokenCount": 100, "cacheWriteInputTokenCount": 10}"""));
  }

  @Test
  void theHeadersTellWhatInvokeModelTells() throws Exception {
    UnaryAnswer answer =
        Given.invoke(Given.CLAUDE, CLAUDE_ASKS)
            .translation(Given.NOVA)
            .answer(TOOL.getBytes(StandardCharsets.UTF_8), HEAD);

    assertThat(answer.headers())
        .isEqualTo(
            Map.of(
                "X-Amzn-Bedrock-Input-Token-Count", "5",
                "X-Amzn-Bedrock-Output-Token-Count", "7",
                "X-Amzn-Bedrock-Invocation-Latency", "42"));
  }

  @Test
  void theOnlyStopSequenceIsTheOneThatWasMet() throws Exception {
    String body =
        "{\"max_tokens\": 10, \"stop_sequences\": [\"END\"], \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";

    assertThat(
            translated(
                    Given.invoke(Given.CLAUDE, body), Given.NOVA, TEXT.formatted("stop_sequence"))
                .path("stop_sequence")
                .stringValue())
        .isEqualTo("END");
  }

  @Test
  void aGuardrailsActionIsReturnedToCallersThatAskedForIt() throws Exception {
    Given call =
        Given.invoke(Given.CLAUDE, CLAUDE_ASKS)
            .header("X-Amzn-Bedrock-GuardrailIdentifier", "g")
            .header("X-Amzn-Bedrock-GuardrailVersion", "1");

    JsonNode answer = translated(call, Given.NOVA, TEXT.formatted("guardrail_intervened"));

    assertThat(answer.path("amazon-bedrock-guardrailAction").stringValue()).isEqualTo("INTERVENED");
    assertThat(answer.path("stop_reason").stringValue()).isEqualTo("end_turn");
  }

  @Test
  void whatCannotBePassedOnIsNoAnswer() {
    Given claude = Given.invoke(Given.CLAUDE, CLAUDE_ASKS);
    Given llama = Given.invoke(Given.LLAMA, PROMPT_ASKS);

    assertThatThrownBy(() -> translated(claude, Given.NOVA, TEXT.formatted("malformed_tool_use")))
        .isInstanceOf(UntranslatableException.class);
    assertThatThrownBy(() -> translated(llama, Given.NOVA, TOOL))
        .isInstanceOf(UntranslatableException.class);
    assertThatThrownBy(
            () ->
                translated(
                    claude,
                    Given.NOVA,
                    TEXT.formatted("end_turn").replace("\"text\": \"lo\"", "\"image\": {}")))
        .isInstanceOf(UntranslatableException.class);
  }

  private static JsonNode translated(Given call, String other, String answer)
      throws UntranslatableException {
    Translation translation = call.translation(other);
    return Trees.read(translation.answer(answer.getBytes(StandardCharsets.UTF_8), HEAD).body());
  }
}
