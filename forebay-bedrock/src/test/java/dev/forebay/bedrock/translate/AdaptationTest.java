package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.model.ModelTable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is changed for a model that is not the one asked for, and what is left as it is. */
class AdaptationTest {
  private static final String SONNET_4_5 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String OPUS_4_1 = "us.anthropic.claude-opus-4-1-20250805-v1:0";
  private static final String OPUS_4_6 = "us.anthropic.claude-opus-4-6-v1";
  private static final String OPUS_4_7 = "us.anthropic.claude-opus-4-7";
  private static final String OPUS_5 = "us.anthropic.claude-opus-5-20260801-v1:0";
  private static final String OPUS_5_5 = "us.anthropic.claude-opus-5-5-20260922-v1:0";
  private static final String NOVA = Given.NOVA;
  private static final String GPT_6 = "us.openai.gpt-6-sol";
  private static final String ASK = "{'role': 'user', 'content': [{'text': 'Hello'}]}";
  private static final String CLAUDE_ASK = "{'role': 'user', 'content': 'Hello'}";
  private static final AdaptationSettings NEVER =
      new AdaptationSettings(ModelTable.builtIn(), false, MissingFeatures.NONE);

  static Stream<Arguments> converse() {
    return Stream.of(
        Arguments.of(
            "marks that a model takes not at all",
            Given.LLAMA,
            "cache-marks",
            "{'messages': [{'role': 'user', 'content': [{'text': 'x'}, {'cachePoint': {'type':"
                + " 'default'}}]}], 'system': [{'text': 's'}, {'cachePoint': {'type':"
                + " 'default'}}]}",
            "{'messages': [{'role': 'user', 'content': [{'text': 'x'}]}], 'system': [{'text':"
                + " 's'}]}"),
        Arguments.of(
            "a mark among tools",
            NOVA,
            "cache-marks",
            "{'messages': ["
                + ASK
                + "], 'system': [{'text': 's'}, {'cachePoint': {'type': 'default'}}], 'toolConfig':"
                + " {'tools': [{'toolSpec': {'name': 'f', 'inputSchema': {'json': {'type':"
                + " 'object'}}}}, {'cachePoint': {'type': 'default'}}]}}",
            "{'messages': ["
                + ASK
                + "], 'system': [{'text': 's'}, {'cachePoint': {'type': 'default'}}], 'toolConfig':"
                + " {'tools': [{'toolSpec': {'name': 'f', 'inputSchema': {'json': {'type':"
                + " 'object'}}}}]}}"),
        Arguments.of(
            "an hour",
            OPUS_4_1,
            "cache-marks",
            "{'messages': [{'role': 'user', 'content': [{'text': 'x'}, {'cachePoint': {'type':"
                + " 'default', 'ttl': '1h'}}]}]}",
            "{'messages': [{'role': 'user', 'content': [{'text': 'x'}, {'cachePoint': {'type':"
                + " 'default'}}]}]}"),
        Arguments.of(
            "sampling of a plain text",
            OPUS_4_7,
            "sampling",
            "{'messages': [" + ASK + "], 'inferenceConfig': {'maxTokens': 9, 'temperature': 0.2}}",
            "{'messages': [" + ASK + "], 'inferenceConfig': {'maxTokens': 9}}"),
        Arguments.of(
            "sampling alone",
            GPT_6,
            "sampling",
            "{'messages': [" + ASK + "], 'inferenceConfig': {'temperature': 0.2, 'topP': 0.4}}",
            "{'messages': [" + ASK + "]}"),
        Arguments.of(
            "sampling among the model's own fields",
            OPUS_5,
            "sampling",
            "{'messages': [" + ASK + "], 'additionalModelRequestFields': {'top_k': 3}}",
            "{'messages': [" + ASK + "]}"),
        Arguments.of(
            "a top_p that says nothing",
            SONNET_4_5,
            "sampling",
            "{'messages': [" + ASK + "], 'inferenceConfig': {'temperature': 0.2, 'topP': 1.0}}",
            "{'messages': [" + ASK + "], 'inferenceConfig': {'temperature': 0.2}}"),
        Arguments.of(
            "another family's thinking",
            NOVA,
            "thinking-history",
            "{'messages': ["
                + ASK
                + ", {'role': 'assistant', 'content': [{'reasoningContent':"
                + " {'reasoningText': {'text': 't', 'signature': 's'}}}, {'text': 'a'}]}, "
                + ASK
                + "]}",
            "{'messages': ["
                + ASK
                + ", {'role': 'assistant', 'content': [{'text': 'a'}]}, "
                + ASK
                + "]}"),
        Arguments.of(
            "a turn of thinking alone",
            NOVA,
            "thinking-history",
            "{'messages': ["
                + ASK
                + ", {'role': 'assistant', 'content': [{'reasoningContent':"
                + " {'redactedContent': 'AA=='}}]}, "
                + ASK
                + "]}",
            "{'messages': [{'role': 'user', 'content': [{'text': 'Hello'}, {'text': 'Hello'}]}]}"),
        Arguments.of(
            "thinking bound to its model",
            OPUS_5_5,
            "thinking-history",
            "{'messages': ["
                + ASK
                + ", {'role': 'assistant', 'content': [{'reasoningContent':"
                + " {'reasoningText': {'text': 't', 'signature': 's'}}}, {'text': 'a'}]}, "
                + ASK
                + "]}",
            "{'messages': ["
                + ASK
                + ", {'role': 'assistant', 'content': [{'text': 'a'}]}, "
                + ASK
                + "]}"),
        Arguments.of(
            "a budget, where the model thinks as it needs",
            OPUS_4_7,
            "thinking",
            "{'messages': ["
                + ASK
                + "], 'additionalModelRequestFields': {'thinking': {'type':"
                + " 'enabled', 'budget_tokens': 2000}}}",
            "{'messages': ["
                + ASK
                + "], 'additionalModelRequestFields': {'thinking': {'type':"
                + " 'adaptive'}}}"),
        Arguments.of(
            "thinking as needed, where the model has budgets",
            SONNET_4_5,
            "thinking",
            "{'messages': ["
                + ASK
                + "], 'additionalModelRequestFields': {'thinking': {'type':"
                + " 'adaptive'}}}",
            "{'messages': [" + ASK + "]}"),
        Arguments.of(
            "no thinking, where the model always thinks",
            OPUS_5_5,
            "thinking",
            "{'messages': ["
                + ASK
                + "], 'additionalModelRequestFields': {'thinking': {'type':"
                + " 'disabled'}}}",
            "{'messages': [" + ASK + "]}"),
        Arguments.of(
            "no thinking, where the model has none",
            NOVA,
            "beta",
            "{'messages': ["
                + ASK
                + "], 'additionalModelRequestFields': {'anthropic_beta':"
                + " ['x-2026'], 'thinking': {'type': 'disabled'}}}",
            "{'messages': [" + ASK + "]}"),
        Arguments.of(
            "decoration of a schema",
            NOVA,
            "schema",
            "{'messages': ["
                + ASK
                + "], 'toolConfig': {'tools': [{'toolSpec': {'name': 'f',"
                + " 'description': 'Finds.', 'inputSchema': {'json': {'$schema': 'https://x',"
                + " 'title': 'T', 'description': 'By place.', 'type': 'object',"
                + " 'additionalProperties': false, 'properties': {'a': {'$ref': '#/$defs/A'}},"
                + " '$defs': {'A': {'type': 'array', 'items': {'$ref': '#/$defs/B'}}, 'B':"
                + " {'type': 'string', 'title': 'B'}}}}}}]}}",
            "{'messages': ["
                + ASK
                + "], 'toolConfig': {'tools': [{'toolSpec': {'name': 'f',"
                + " 'description': 'Finds.\\nBy place.', 'inputSchema': {'json': {'type':"
                + " 'object', 'properties': {'a': {'type': 'array', 'items': {'type': 'string',"
                + " 'title': 'B'}}}}}}}]}}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("converse")
  void ofAConverseCall(String what, String model, String adapted, String body, String sent) {
    Given call = Given.call(Operation.CONVERSE, Given.CLAUDE, json(body));

    assertThat(call.objection(model)).isNull();
    assertThat(call.adaptations(model)).isEqualTo(adapted);
    assertThat(call.adaptedFor(model)).isEqualTo(Trees.read(json(sent)));
    assertThat(call.adaptations(Given.CLAUDE)).as("for the model itself").isEmpty();
    assertThat(call.adaptations("eu." + Given.CLAUDE)).as("for the same elsewhere").isEmpty();
  }

  static Stream<Arguments> claude() {
    return Stream.of(
        Arguments.of(
            "sampling",
            OPUS_4_7,
            "sampling",
            "'temperature': 0.1, 'top_p': 0.9, 'top_k': 4, 'messages': [" + CLAUDE_ASK + "]",
            "'messages': [" + CLAUDE_ASK + "]"),
        Arguments.of(
            "hours, wherever they stand",
            OPUS_4_1,
            "cache-marks",
            "'system': [{'type': 'text', 'text': 's', 'cache_control': {'type': 'ephemeral', 'ttl':"
                + " '1h'}}], 'messages': [{'role': 'user', 'content': [{'type': 'tool_result',"
                + " 'tool_use_id': 'a', 'content': [{'type': 'text', 'text': 'r', 'cache_control':"
                + " {'type': 'ephemeral', 'ttl': '1h'}}]}]}]",
            "'system': [{'type': 'text', 'text': 's', 'cache_control': {'type': 'ephemeral'}}],"
                + " 'messages': [{'role': 'user', 'content': [{'type': 'tool_result',"
                + " 'tool_use_id': 'a', 'content': [{'type': 'text', 'text': 'r', 'cache_control':"
                + " {'type': 'ephemeral'}}]}]}]"),
        Arguments.of(
            "bound thinking, a budget and a sampling at once",
            OPUS_5_5,
            "sampling, thinking-history, thinking",
            "'temperature': 1, 'thinking': {'type': 'enabled', 'budget_tokens': 1024}, 'messages': ["
                + CLAUDE_ASK
                + ", {'role': 'assistant', 'content': [{'type': 'thinking', 'thinking': 't',"
                + " 'signature': 's'}, {'type': 'redacted_thinking', 'data': 'd'}, {'type': 'text',"
                + " 'text': 'a'}]}, "
                + CLAUDE_ASK
                + "]",
            "'thinking': {'type': 'adaptive'}, 'messages': ["
                + CLAUDE_ASK
                + ", {'role': 'assistant', 'content': [{'type': 'text', 'text': 'a'}]}, "
                + CLAUDE_ASK
                + "]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("claude")
  void ofClaudesOwnForm(String what, String model, String adapted, String fields, String sent) {
    Given call = Given.invoke(SONNET_4_5, json("{'max_tokens': 2000, " + fields + "}"));

    assertThat(call.objection(model)).isNull();
    assertThat(call.adaptations(model)).isEqualTo(adapted);
    assertThat(call.adaptedFor(model))
        .isEqualTo(Trees.read(json("{'max_tokens': 2000, " + sent + "}")));
  }

  @Test
  void thinkingOfTheSameFamilyStaysWhereItIsNotBound() {
    Given call =
        Given.invoke(
            SONNET_4_5,
            json(
                "{'max_tokens': 9, 'messages': ["
                    + CLAUDE_ASK
                    + ", {'role': 'assistant', 'content': [{'type': 'thinking', 'thinking': 't',"
                    + " 'signature': 's'}, {'type': 'text', 'text': 'a'}]}, "
                    + CLAUDE_ASK
                    + "]}"));

    assertThat(call.objection(OPUS_4_6)).isNull();
    assertThat(call.adaptations(OPUS_4_6)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'anthropic_beta': ['a-2026']                                        | beta",
        "'context_management': {'edits': []}, 'output_config': {'effort': 'low'} | fields",
        "'thinking': {'type': 'adaptive'}                                    | thinking",
        "'thinking': {'type': 'disabled'}                                    | \"\"",
        "'cache_control': {'type': 'ephemeral', 'ttl': '1h'}                 | cache-marks",
      })
  void whatAnotherFamilyHasNoWordForIsLeftOut(String field, String adapted) {
    Given call =
        Given.invoke(
            Given.CLAUDE,
            json("{'max_tokens': 9, " + field + ", 'messages': [" + CLAUDE_ASK + "]}"));

    assertThat(call.objection(NOVA)).isNull();
    assertThat(call.adaptations(NOVA)).isEqualTo(adapted);
    assertThat(call.sentTo(NOVA).propertyNames())
        .containsExactlyInAnyOrder("messages", "inferenceConfig");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "us.anthropic.claude-opus-5-5-20260922-v1:0 | 'tools': [{'name': 'f', 'input_schema': {}}], 'tool_choice': {'type': 'any'} | made to use some tool",
        "us.anthropic.claude-opus-4-7 | 'tools': [{'name': 'f', 'input_schema': {}, 'strict': true}] | strict tools",
        "us.anthropic.claude-opus-4-7 | 'output_config': {'format': {'type': 'json_schema', 'schema': {}}} | schema of its answer",
        "us.amazon.nova-lite-v1:0 | 'thinking': {'type': 'enabled', 'budget_tokens': 1024} | thinking",
        "us.amazon.nova-lite-v1:0 | 'tools': [{'name': 'f', 'input_schema': {'type': 'object', 'oneOf': [{}]}}] | rules at the top",
        "us.amazon.nova-lite-v1:0 | 'tools': [{'name': 'f', 'input_schema': {'type': 'object', 'properties': {'a': {'$ref': '#/$defs/A'}}, '$defs': {'A': {'properties': {'a': {'$ref': '#/$defs/A'}}}}}}] | rules at the top",
      })
  void whatChangesTheMeaningIsStillAnObjection(String model, String fields, String objection) {
    Given call =
        Given.invoke(
            SONNET_4_5,
            json("{'max_tokens': 2000, " + fields + ", 'messages': [" + CLAUDE_ASK + "]}"));

    assertThat(call.objection(model)).contains(objection);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "us.anthropic.claude-opus-4-7 | 'temperature': 0.1 | takes no temperature",
        "us.amazon.nova-lite-v1:0 | 'anthropic_beta': ['a'] | takes no flags of beta features",
        "us.amazon.nova-lite-v1:0 | 'cache_control': {'type': 'ephemeral', 'ttl': '1h'} | last an hour",
      })
  void neverMeansThatItIsAnObjection(String model, String fields, String objection) {
    Given call =
        Given.invoke(
                SONNET_4_5,
                json("{'max_tokens': 9, " + fields + ", 'messages': [" + CLAUDE_ASK + "]}"))
            .fitted(NEVER);

    assertThat(call.objection(model)).contains(objection);
    assertThat(
            Given.call(
                    Operation.CONVERSE,
                    SONNET_4_5,
                    json("{'messages': [" + ASK + "], 'inferenceConfig': {'temperature': 0.5}}"))
                .fitted(NEVER)
                .objection(OPUS_4_7))
        .contains("takes no temperature");
  }

  @ParameterizedTest
  @CsvSource({
    "openai.gpt-oss-120b-1:0, seed, 42, SAMPLING",
    "openai.gpt-oss-120b-1:0, frequency_penalty, 0.1, SAMPLING",
    "openai.gpt-oss-120b-1:0, presence_penalty, 0, SAMPLING",
    "qwen.qwen3-32b-v1:0, reasoning_effort, \"low\", THINKING",
    "openai.gpt-oss-20b-1:0, verbosity, \"low\", FIELDS",
    "cohere.command-r-v1:0, seed, 1, SAMPLING",
    "cohere.command-r-v1:0, frequency_penalty, 0.5, SAMPLING",
  })
  void aSettingOfAnotherFormThatIsLeftOutIsSaidOrAnObjection(
      String asked, String field, String value, Adaptation adaptation) {
    String words =
        asked.startsWith("cohere")
            ? "'message': 'Hello'"
            : "'messages': [{'role': 'user', 'content': 'Hello'}]";
    String body = json("{%s, '%s': %s}".formatted(words, field, value));

    assertThat(Given.invoke(asked, body).translation(NOVA).adaptations())
        .containsExactly(adaptation);
    assertThat(Given.invoke(asked, body).fitted(NEVER).objection(NOVA))
        .contains("has no place for the field " + field);
    assertThat(Given.invoke(asked, json("{%s, '%s': null}".formatted(words, field))))
        .satisfies(call -> assertThat(call.translation(NOVA).adaptations()).isEmpty());
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
