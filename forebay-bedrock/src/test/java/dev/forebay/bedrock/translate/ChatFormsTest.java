package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's chat form, Cohere's and DeepSeek R1's: what Converse is sent, and what callers get. */
class ChatFormsTest {
  private static final String CHAT =
      """
      {"model": "openai.gpt-oss-120b-1:0", "stream": false, "max_tokens": 5, "max_completion_tokens": 300,
       "temperature": 0.5, "top_p": 0.9, "stop": "END", "n": 1, "seed": 42, "reasoning_effort": "low",
       "frequency_penalty": 0.1, "presence_penalty": 0, "user": "u-1", "logprobs": false, "store": false,
       "parallel_tool_calls": true, "response_format": {"type": "text"}, "service_tier": "auto",
       "logit_bias": {}, "metadata": {"a": "b"},
       "messages": [
         {"role": "system", "content": "Be short."},
         {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
         {"role": "user", "content": [{"type": "text", "text": "Look"},
           {"type": "image_url", "image_url": {"url": "data:image/jpg;base64,/9j/", "detail": "low"}}]},
         {"role": "assistant", "content": "<reasoning>The user wants me to look.</reasoning>I look.",
          "refusal": null, "reasoning_content": null, "tool_calls": [
           {"id": "t1", "type": "function", "function": {"name": "f", "arguments": "{\\"a\\": 1}"}},
           {"id": "t2", "type": "function", "function": {"name": "now", "arguments": ""}}]},
         {"role": "tool", "tool_call_id": "t1", "content": "42"},
         {"role": "tool", "tool_call_id": "t2", "content": [{"type": "text", "text": "noon"}]},
         {"role": "assistant", "content": null},
         {"role": "user", "content": "So?"}],
       "tools": [{"type": "function", "function": {"name": "f", "description": "d", "strict": false,
           "parameters": {"type": "object"}}},
         {"type": "function", "function": {"name": "now"}}],
       "tool_choice": {"type": "function", "function": {"name": "f"}}}""";
  private static final String COHERE =
      """
      {"message": "And in Rome?", "preamble": "Be short.", "max_tokens": 200, "temperature": 0.5, "p": 0.9,
       "k": 0, "stop_sequences": ["END"], "search_queries_only": false, "return_prompt": false, "seed": 1,
       "documents": [], "tools": [], "prompt_truncation": "OFF",
       "chat_history": [{"role": "USER", "message": "Weather in Paris?"},
         {"role": "CHATBOT", "message": "Rain."}]}""";
  private static final String R1 =
      """
      {"prompt": "<\uff5cbegin\u2581of\u2581sentence\uff5c>Be short.<\uff5cUser\uff5c>Hello<\uff5cAssistant\uff5c><think>hm</think>Hi.<\uff5cend\u2581of\u2581sentence\uff5c><\uff5cUser\uff5c>How are you?<\uff5cAssistant\uff5c><think>\\n",
       "max_tokens": 200, "temperature": 0.5, "top_p": 0.9, "stop": ["END"]}""";

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(
            "a chat",
            Given.GPT_OSS,
            CHAT,
            Given.CLAUDE,
            """
            {"system": [{"text": "Be short."}, {"text": "Be kind."}],
             "inferenceConfig": {"maxTokens": 300, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
             "toolConfig": {"tools": [
                 {"toolSpec": {"name": "f", "description": "d", "inputSchema": {"json": {"type": "object"}}}},
                 {"toolSpec": {"name": "now", "inputSchema": {"json": {"type": "object", "properties": {}}}}}],
               "toolChoice": {"tool": {"name": "f"}}},
             "messages": [
               {"role": "user", "content": [{"text": "Look"},
                 {"image": {"format": "jpeg", "source": {"bytes": "/9j/"}}}]},
               {"role": "assistant", "content": [{"text": "I look."},
                 {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1}}},
                 {"toolUse": {"toolUseId": "t2", "name": "now", "input": {}}}]},
               {"role": "user", "content": [
                 {"toolResult": {"toolUseId": "t1", "content": [{"text": "42"}]}},
                 {"toolResult": {"toolUseId": "t2", "content": [{"text": "noon"}]}},
                 {"text": "So?"}]}]}"""),
        Arguments.of(
            "a plain chat of another provider",
            Given.QWEN,
            "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"max_tokens\": 7}",
            Given.GPT_OSS,
            """
            {"inferenceConfig": {"maxTokens": 7},
             "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}"""),
        Arguments.of(
            "Cohere's chat",
            Given.COMMAND_R,
            COHERE,
            Given.NOVA,
            """
            {"system": [{"text": "Be short."}],
             "inferenceConfig": {"maxTokens": 200, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
             "messages": [{"role": "user", "content": [{"text": "Weather in Paris?"}]},
               {"role": "assistant", "content": [{"text": "Rain."}]},
               {"role": "user", "content": [{"text": "And in Rome?"}]}]}"""),
        Arguments.of(
            "DeepSeek R1's template",
            Given.DEEPSEEK_R1,
            R1,
            Given.NOVA,
            """
            {"system": [{"text": "Be short."}],
             "inferenceConfig": {"maxTokens": 200, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
             "messages": [{"role": "user", "content": [{"text": "Hello"}]},
               {"role": "assistant", "content": [{"text": "Hi."}]},
               {"role": "user", "content": [{"text": "How are you?"}]}]}"""),
        Arguments.of(
            "DeepSeek R1's plain prompt",
            Given.DEEPSEEK_R1,
            "{\"prompt\": \" Hello \"}",
            Given.CLAUDE,
            "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hello\"}]}]}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void isCarriedOver(String name, String model, String body, String other, String expected) {
    Given call = Given.invoke(model, body);

    assertThat(call.objection(other)).isNull();
    assertThat(call.sentTo(other)).isEqualTo(Trees.read(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "response_format": {"type": "json_schema", "json_schema": {}} | the field response_format
          "response_format": {"type": "json_object"}     | the field response_format
          "n": 2                                         | the field n
          "logprobs": true                               | the field logprobs
          "logit_bias": {"5": -100}                      | the field logit_bias
          "parallel_tool_calls": false                   | the field parallel_tool_calls
          "modalities": ["text", "audio"]                | the field modalities
          "functions": [{}]                              | the field functions
          "web_search_options": {}                       | the field web_search_options
          "tools": [{"type": "custom", "custom": {"name": "f"}}] | a tool of the model's own
          "tools": [{"type": "function", "function": {"name": "f", "strict": true}}] | strict tools
          "tool_choice": "none"                          | a tool choice other than
          "tool_choice": {"type": "allowed_tools"}       | a tool choice other than
          "max_completion_tokens": "many"                | a malformed maxTokens
          "stop": {"a": 1}                               | malformed stop sequences
          """)
  void whatChangesTheAnswersMeaningIsAnObstacle(String field, String objection) {
    String body = "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}], " + field + "}";

    assertThat(Given.invoke(Given.GPT_OSS, body).objection(Given.CLAUDE))
        .startsWith("has no place for " + objection)
        .satisfies(
            found ->
                assertThat(Given.invoke(Given.GPT_OSS, body).objection("openai.gpt-oss-20b-1:0"))
                    .isNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/y.png"}}]} | an image that is not in the request
          {"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]} | content of another type
          {"role": "user", "content": 7}                    | malformed content
          {"role": "function", "name": "f", "content": "x"} | a message of an unknown role
          {"role": "user", "content": "x", "audio": {"id": "y"}} | the field a message's audio
          {"role": "user", "content": "x"}, {"role": "system", "content": "y"} | a system prompt in the midst
          {"role": "system", "content": [{"type": "image_url", "image_url": "data:image/png;base64,iVBORw0KGgo="}]}, {"role": "user", "content": "x"} | a system prompt that is not text
          {"role": "user", "content": "x"}, {"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{"}}]} | the use of a tool without
          """)
  void aMessageWithoutAPlaceIsAnObstacle(String messages, String objection) {
    assertThat(
            Given.invoke(Given.GPT_OSS, "{\"messages\": [" + messages + "]}")
                .objection(Given.CLAUDE))
        .contains("has no place for " + objection);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"tools\": [{\"name\": \"f\"}]",
        "\"documents\": [{\"title\": \"x\"}]",
        "\"return_prompt\": true",
        "\"prompt_truncation\": \"AUTO_PRESERVE_ORDER\"",
        "\"chat_history\": [{\"role\": \"TOOL\", \"message\": \"x\"}]",
        "\"chat_history\": [{\"role\": \"CHATBOT\", \"message\": \"x\"}]",
        "\"chat_history\": [7]"
      })
  void whatOnlyCohereHasIsAnObstacle(String field) {
    assertThat(
            Given.invoke(Given.COMMAND_R, "{\"message\": \"x\", " + field + "}")
                .objection(Given.CLAUDE))
        .startsWith("has no place for ");
  }

  static final Headers HEAD =
      Map.of("x-amzn-RequestId", "0A1B-22", "Date", "Sat, 28 Nov 2026 12:00:00 GMT")::get;
  private static final String TEXT =
      """
      {"output": {"message": {"role": "assistant", "content": [
         {"reasoningContent": {"reasoningText": {"text": "hm"}}}, {"text": "Hel"}, {"text": "lo"}]}},
       "stopReason": "%s", "usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 12},
       "metrics": {"latencyMs": 42}}""";
  private static final String TOOL =
      """
      {"output": {"message": {"role": "assistant", "content": [
         {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1.50}}}]}},
       "stopReason": "tool_use", "metrics": {"latencyMs": 42},
       "usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 15, "cacheReadInputTokens": 3}}""";

  static Stream<Arguments> answers() {
    String head =
        "\"id\": \"chatcmpl-0a1b22\", \"object\": \"chat.completion\", \"created\": 1795867200,"
            + " \"model\": \"amazon.nova-lite-v1:0\", ";
    return Stream.of(
        Arguments.of(
            "a chat",
            Given.GPT_OSS,
            UnaryAnswerTest.CHAT_ASKS,
            TEXT.formatted("end_turn"),
            """
            {%s "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello", "refusal": null},
               "logprobs": null, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}"""
                .formatted(head)),
        Arguments.of(
            "a chat's tool",
            Given.QWEN,
            UnaryAnswerTest.CHAT_ASKS,
            TOOL,
            """
            {%s "choices": [{"index": 0, "message": {"role": "assistant", "content": null, "refusal": null,
                 "tool_calls": [{"id": "t1", "type": "function",
                   "function": {"name": "f", "arguments": "{\\"a\\":1.50}"}}]},
               "logprobs": null, "finish_reason": "tool_calls"}],
             "usage": {"prompt_tokens": 8, "completion_tokens": 7, "total_tokens": 15,
               "prompt_tokens_details": {"cached_tokens": 3}}}"""
                .formatted(head)),
        Arguments.of(
            "Cohere's chat",
            Given.COMMAND_R,
            "{\"message\": \"x\", \"chat_history\": [{\"role\": \"USER\", \"message\": \"a\"}, {\"role\": \"CHATBOT\", \"message\": \"b\"}]}",
            TEXT.formatted("max_tokens"),
            """
            {"response_id": "0a1b22", "text": "Hello", "generation_id": "0a1b22",
             "chat_history": [{"role": "USER", "message": "a"}, {"role": "CHATBOT", "message": "b"},
               {"role": "USER", "message": "x"}, {"role": "CHATBOT", "message": "Hello"}],
             "finish_reason": "MAX_TOKENS"}"""),
        Arguments.of(
            "DeepSeek R1's completion",
            Given.DEEPSEEK_R1,
            UnaryAnswerTest.PROMPT_ASKS,
            TEXT.formatted("end_turn"),
            "{\"choices\": [{\"text\": \"Hello\", \"stop_reason\": \"stop\"}]}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void isGivenInTheFormAskedFor(
      String name, String model, String asks, String answer, String expected) throws Exception {
    byte[] body =
        Given.invoke(model, asks)
            .translation(Given.NOVA)
            .answer(answer.getBytes(StandardCharsets.UTF_8), HEAD)
            .body();

    assertThat(Trees.read(body)).isEqualTo(Trees.read(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn, stop",
    "stop_sequence, stop",
    "max_tokens, length",
    "model_context_window_exceeded, length",
    "tool_use, tool_calls",
    "content_filtered, content_filter",
    "guardrail_intervened, content_filter"
  })
  void aChatsFinishReasonIsOpenAis(String stop, String reason) throws Exception {
    byte[] body =
        Given.invoke(Given.GPT_OSS, UnaryAnswerTest.CHAT_ASKS)
            .translation(Given.NOVA)
            .answer(TEXT.formatted(stop).getBytes(StandardCharsets.UTF_8), HEAD)
            .body();

    assertThat(Trees.read(body).at("/choices/0/finish_reason").stringValue()).isEqualTo(reason);
  }
}
