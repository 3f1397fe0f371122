package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The shapes of answers: which keys in which order, which headers, which events. */
class ShapesTest {
  private static final String CLAUDE = "us.anthropic.claude-sonnet-4-6";
  private static final String NOVA = "amazon.nova-micro-v1:0";
  private static final String LLAMA = "meta.llama3-3-70b-instruct-v1:0";
  private static final String TITAN = "amazon.titan-text-lite-v1";
  private static final String EMBED = "amazon.titan-embed-text-v2:0";
  private static final String CHAT = "openai.gpt-oss-20b-1:0";
  private static final String LONG = "x".repeat(8_000);

  private static final String TOOLS =
      "\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"weather\",\"inputSchema\":{\"json\":"
          + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"days\":"
          + "{\"type\":\"integer\"}},\"required\":[\"city\",\"days\"]}}}}]%s}";

  private final Bedrock bedrock =
      new Bedrock(
          EmulatorConfig.parse(
              """
              anyModel: true
              otherModels: { latency: { timeToFirstToken: 0ms }, outputTokens: 30 }
              """),
          List.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        CLAUDE
            + " | {metrics{latencyMs}output{message{content[{text}]role}}stopReason usage{"
            + "cacheReadInputTokenCount cacheReadInputTokens cacheWriteInputTokenCount"
            + " cacheWriteInputTokens inputTokens outputTokens serverToolUsage{}totalTokens}}",
        NOVA
            + " | {metrics{latencyMs}output{message{content[{text}]role}}stopReason usage{"
            + "inputTokens outputTokens serverToolUsage{}totalTokens}}",
        TITAN
            + " | {metrics{latencyMs}output{message{content[{text}]role}}stopReason usage{"
            + "inputTokens outputTokens totalTokens}}",
        CHAT
            + " | {metrics{latencyMs}output{message{content[{reasoningContent{reasoningText{text}}}"
            + "{text}]role}}stopReason usage{inputTokens outputTokens serverToolUsage{}"
            + "totalTokens}}",
      })
  void conversesKeysAreSortedAndItsHeadersHoldNoCounts(String model, String shape) {
    WireAction.Whole answer = whole(model, Operation.CONVERSE, converse(""));
    assertThat(shape(json(answer))).isEqualTo(shape);
    assertThat(answer.headers().keySet()).containsExactly("Content-Type", "x-amzn-RequestId");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        CLAUDE
            + " | {\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":9,\"messages\":[{}]}"
            + " | {model id type role content[{type text}]stop_reason stop_sequence usage{"
            + "input_tokens cache_creation_input_tokens cache_read_input_tokens cache_creation{"
            + "ephemeral_5m_input_tokens ephemeral_1h_input_tokens}output_tokens}}"
            + " | Input-Token-Count Invocation-Latency Output-Token-Count",
        NOVA
            + " | {\"messages\":[{}]}"
            + " | {output{message{content[{text}]role}}stopReason usage{inputTokens outputTokens"
            + " totalTokens cacheReadInputTokenCount cacheWriteInputTokenCount}}"
            + " | Cache-Read-Input-Token-Count Cache-Write-Input-Token-Count Input-Token-Count"
            + " Invocation-Latency Output-Token-Count",
        LLAMA
            + " | {\"prompt\":\"Hi\"}"
            + " | {generation generation_token_count prompt_token_count stop_reason}"
            + " | Input-Token-Count Invocation-Latency Output-Token-Count",
        EMBED
            + " | {\"inputText\":\"Hi\",\"dimensions\":2}"
            + " | {embedding[]embeddingsByType{float[]}inputTextTokenCount}"
            + " | Input-Token-Count Invocation-Latency",
        CHAT
            + " | {\"messages\":[{}]}"
            + " | {choices[{finish_reason index logprobs message{content refusal role}}]created id"
            + " model object service_tier usage{completion_tokens prompt_tokens total_tokens}}"
            + " | Input-Token-Count Invocation-Latency Output-Token-Count",
      })
  void invokeModelHasEachFamilysOwn(String model, String body, String shape, String counts) {
    WireAction.Whole answer = whole(model, Operation.INVOKE, body);
    assertThat(shape(json(answer))).isEqualTo(shape);
    List<String> found =
        answer.headers().keySet().stream()
            .filter(name -> name.startsWith("X-Amzn-Bedrock-"))
            .map(name -> name.substring("X-Amzn-Bedrock-".length()))
            .sorted()
            .toList();
    assertThat(found).containsExactly(counts.split(" ", -1));
  }

  @Test
  void eachPieceOfNovasStreamsIsABlockOfItsOwn() {
    List<String> chunks = chunks(NOVA, "{\"messages\":[{}]}", null);
    int blocks = (chunks.size() - 3) / 2;
    assertThat(blocks).isGreaterThan(3);
    assertThat(chunks.getFirst()).isEqualTo("{messageStart{role}}");
    for (int i = 0; i < blocks; i++) {
      assertThat(chunks.get(1 + 2 * i))
          .isEqualTo("{contentBlockDelta{delta{text}contentBlockIndex}}");
      assertThat(chunks.get(2 + 2 * i)).isEqualTo("{contentBlockStop{contentBlockIndex}}");
    }
    assertThat(chunks.get(chunks.size() - 2)).isEqualTo("{messageStop{stopReason}}");
    assertThat(chunks.getLast())
        .isEqualTo(
            "{metadata{usage{inputTokens outputTokens cacheReadInputTokenCount"
                + " cacheWriteInputTokenCount}metrics{}trace{}}amazon-bedrock-invocationMetrics{"
                + "inputTokenCount outputTokenCount invocationLatency firstByteLatency"
                + " cacheReadInputTokenCount cacheWriteInputTokenCount}}");
  }

  @Test
  void claudesStreamsTellTheirInputAtTheEndToo() {
    List<String> chunks =
        chunks(CLAUDE, "{\"max_tokens\":9,\"messages\":[{}]}", null).stream().distinct().toList();
    assertThat(chunks)
        .containsExactly(
            "{type message{model id type role content[]stop_reason stop_sequence usage{input_tokens"
                + " cache_creation_input_tokens cache_read_input_tokens cache_creation{"
                + "ephemeral_5m_input_tokens ephemeral_1h_input_tokens}output_tokens}}}",
            "{type index content_block{type text}}",
            "{type index delta{type text}}",
            "{type index}",
            "{type delta{stop_reason stop_sequence}usage{input_tokens cache_creation_input_tokens"
                + " cache_read_input_tokens output_tokens}}",
            "{type amazon-bedrock-invocationMetrics{inputTokenCount outputTokenCount"
                + " invocationLatency firstByteLatency}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {CLAUDE, NOVA, LLAMA, CHAT})
  void paddingIsABeginningOfLettersAndDigitsAndKeysAreSorted(String model) {
    TreeSet<Integer> lengths = new TreeSet<>();
    for (int i = 0; i < 60; i++) {
      for (Event event : events(model, Operation.CONVERSE_STREAM, converse(""), null)) {
        JsonNode payload = Json.MAPPER.readTree(event.payload());
        String padding = payload.path("p").stringValue();
        assertThat("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
            .startsWith(padding);
        lengths.add(padding.length());
        assertThat(new ArrayList<>(payload.propertyNames())).isSorted();
      }
    }
    assertThat(lengths.first()).isEqualTo(2);
    assertThat(lengths.last()).isEqualTo(61);
  }

  @Test
  void aForcedToolIsUsedAndAFreeOneIfTheHeaderAsks() {
    String forced = converse(TOOLS.formatted(",\"toolChoice\":{\"any\":{}}"));
    JsonNode answer = json(whole(CLAUDE, Operation.CONVERSE, forced));
    JsonNode use = answer.at("/output/message/content/0/toolUse");
    assertThat(use.path("name").stringValue()).isEqualTo("weather");
    assertThat(use.path("input").toString()).isEqualTo("{\"city\":\"emulated\",\"days\":1}");
    assertThat(answer.path("stopReason").stringValue()).isEqualTo("tool_use");

    String free = converse(TOOLS.formatted(""));
    assertThat(json(whole(CLAUDE, Operation.CONVERSE, free)).path("stopReason").stringValue())
        .isEqualTo("end_turn");
    assertThat(names(events(NOVA, Operation.CONVERSE_STREAM, free, "tool")))
        .containsExactly(
            "messageStart",
            "contentBlockDelta",
            "contentBlockStop",
            "contentBlockStart",
            "contentBlockDelta",
            "contentBlockStop",
            "messageStop",
            "metadata");
  }

  @Test
  void eachFamilyUsesToolsInItsOwnForm() {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"city\":{\"enum\":[\"Ulm\"]}},\"required\":[\"city\"]}";
    JsonNode claude =
        json(
            whole(
                CLAUDE,
                Operation.INVOKE,
                "{\"max_tokens\":9,\"messages\":[{}],\"tools\":[{\"name\":\"w\",\"input_schema\":%s}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"w\"}}"
                    .formatted(schema)));
    assertThat(shape(claude.path("content"))).isEqualTo("[{type id name input{city}}]");
    assertThat(claude.path("stop_reason").stringValue()).isEqualTo("tool_use");
    JsonNode chat =
        json(
            whole(
                CHAT,
                Operation.INVOKE,
                "{\"messages\":[{}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"w\",\"parameters\":%s}}],\"tool_choice\":\"required\"}"
                    .formatted(schema)));
    assertThat(chat.at("/choices/0/message/tool_calls/0/function/arguments").stringValue())
        .isEqualTo("{\"city\":\"Ulm\"}");
    assertThat(chat.at("/choices/0/finish_reason").stringValue()).isEqualTo("tool_calls");
    assertThat(
            chunks(
                NOVA,
                "{\"messages\":[{}]," + TOOLS.formatted(",\"toolChoice\":{\"any\":{}}") + "}",
                null))
        .contains("{contentBlockStart{start{toolUse{toolUseId name}}contentBlockIndex}}");
  }

  @Test
  void thinkingComesFirstAndClaudeSignsIt() {
    String thinking = "\"additionalModelRequestFields\":{\"thinking\":{\"type\":\"enabled\"}}";
    assertThat(
            shape(
                json(whole(CLAUDE, Operation.CONVERSE, converse(thinking)))
                    .at("/output/message/content")))
        .isEqualTo("[{reasoningContent{reasoningText{signature text}}}{text}]");
    assertThat(
            chunks(
                    CLAUDE,
                    "{\"max_tokens\":9,\"messages\":[{}],\"thinking\":{\"type\":\"enabled\"}}",
                    null)
                .stream()
                .distinct()
                .toList())
        .contains(
            "{type index content_block{type thinking signature}}",
            "{type index delta{type thinking}}",
            "{type index delta{type signature}}");
  }

  @Test
  void aDocumentIsCitedIfTheRequestWantsIt() {
    String body =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"document\":{\"name\":\"d\",\"format\":\"txt\",\"citations\":{\"enabled\":true}}},{\"text\":\"Hi\"}]}]}";
    assertThat(shape(json(whole(CLAUDE, Operation.CONVERSE, body)).at("/output/message/content")))
        .isEqualTo(
            "[{citationsContent{citations[{location{documentChar{documentIndex end start}}"
                + "sourceContent[{text}]title}]content[{text}]}}]");
    assertThat(events(CLAUDE, Operation.CONVERSE_STREAM, body, null))
        .anyMatch(event -> event.payload().contains("\"delta\":{\"citation\":{\"location\":"));
  }

  @Test
  void aGuardrailThatIntervenesEndsInItsOwnWay() {
    bedrock.faults(Fault.parse("[{\"guardrail\": {\"text\": \"Blocked.\"}}]"));
    String traced =
        converse(
            "\"guardrailConfig\":{\"guardrailIdentifier\":\"g1\",\"guardrailVersion\":\"1\",\"trace\":\"enabled\"}");
    JsonNode whole = json(whole(CLAUDE, Operation.CONVERSE, traced));
    assertThat(whole.path("stopReason").stringValue()).isEqualTo("guardrail_intervened");
    assertThat(whole.at("/output/message/content/0/text").stringValue()).isEqualTo("Blocked.");
    assertThat(whole.at("/trace/guardrail/inputAssessment/g1").isObject()).isTrue();
    assertThat(json(whole(CLAUDE, Operation.CONVERSE, converse(""))).has("trace")).isFalse();

    List<String> chunks = chunks(TITAN, "{\"inputText\":\"Hi\"}", null);
    assertThat(chunks)
        .isNotEmpty()
        .allMatch(chunk -> chunk.endsWith(" amazon-bedrock-guardrailAction}"))
        .noneMatch(chunk -> chunk.contains("invocationMetrics"));
    assertThat(json(whole(NOVA, Operation.INVOKE, "{\"messages\":[{}]}")).path(Guardrails.ACTION))
        .hasToString("\"INTERVENED\"");
  }

  @Test
  void markedBeginningsAreWrittenToTheCacheOnceAndReadAgain() {
    String marked =
        "{\"system\":[{\"text\":\"%s\"},{\"cachePoint\":{\"type\":\"default\"}}],\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"%s\"}]}]}";
    JsonNode first = usage(marked.formatted(LONG, "one"));
    assertThat(first.path("cacheWriteInputTokens").intValue()).isEqualTo(2_000);
    assertThat(first.path("cacheReadInputTokens").intValue()).isZero();
    JsonNode second = usage(marked.formatted(LONG, "two"));
    assertThat(second.path("cacheReadInputTokens").intValue()).isEqualTo(2_000);
    assertThat(second.path("cacheWriteInputTokens").intValue()).isZero();
    assertThat(second.path("totalTokens").intValue())
        .isEqualTo(
            2_000 + second.path("inputTokens").intValue() + second.path("outputTokens").intValue());
    assertThat(usage(marked.formatted("short", "one")).path("cacheWriteInputTokens").intValue())
        .as("too short to be kept")
        .isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "converse | {\"messages\":[{}]} | /output/message/content/0/text",
        "invoke | {\"anthropic_version\":\"bedrock-2023-05-31\",\"messages\":[{}]} | /content/0/text",
        "invoke | {\"inputText\":\"Hi\"} | /results/0/outputText",
        "invoke | {\"prompt\":\"Hi\",\"max_gen_len\":5} | /generation",
        "invoke | {\"inferenceConfig\":{},\"messages\":[{}]} | /output/message/content/0/text",
        "invoke | {\"messages\":[{\"content\":\"Hi\"}]} | /choices/0/message/content",
      })
  void anArnThatHidesItsModelIsAnsweredInTheFormOfTheRequest(
      String operation, String body, String text) {
    String arn = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3";
    assertThat(json(whole(arn, Operation.of(operation).orElseThrow(), body)).at(text).isString())
        .isTrue();
  }

  private JsonNode usage(String body) {
    return json(whole(CLAUDE, Operation.CONVERSE, body)).path("usage");
  }

  private static String converse(String more) {
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]";
    return "{" + messages + (more.isEmpty() ? "" : "," + more) + "}";
  }

  private WireAction.Whole whole(String model, Operation operation, String body) {
    Script script = script(model, operation, body, null);
    WireAction.Whole whole = (WireAction.Whole) script.steps().getFirst().act();
    assertThat(whole.status()).as(whole.body().toString()).isEqualTo(200);
    return whole;
  }

  private Script script(String model, Operation operation, String body, @Nullable String answer) {
    Call call = new Call(new ModelId(model), operation);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (answer != null) {
      headers.set(RequestedFeatures.HEADER, answer);
    }
    Head head = Head.of(headers);
    return bedrock.reply(call, head, Buffer.buffer(body), Duration.ZERO).script();
  }

  private List<Event> events(
      String model, Operation operation, String body, @Nullable String answer) {
    return script(model, operation, body, answer).steps().stream()
        .map(Script.Step::act)
        .filter(WireAction.Frame.class::isInstance)
        .map(act -> ((WireAction.Frame) act).event())
        .toList();
  }

  private List<String> chunks(String model, String body, @Nullable String answer) {
    return events(model, Operation.INVOKE_STREAM, body, answer).stream()
        .map(event -> Json.MAPPER.readTree(event.payload()).path("bytes").binaryValue())
        .map(bytes -> shape(Json.MAPPER.readTree(new String(bytes, StandardCharsets.UTF_8))))
        .toList();
  }

  /** The types of events, those that repeat once. */
  private static List<String> names(List<Event> events) {
    List<String> names = new ArrayList<>();
    for (Event event : events) {
      if (names.isEmpty() || !names.getLast().equals(event.type())) {
        names.add(event.type());
      }
    }
    return names;
  }

  private static JsonNode json(WireAction.Whole answer) {
    return Json.MAPPER.readTree(answer.body().getBytes());
  }

  /** The keys of a value in their order; of a list each kind of element once. */
  private static String shape(JsonNode node) {
    StringBuilder shape = new StringBuilder();
    if (node.isObject()) {
      shape.append('{');
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        char last = shape.charAt(shape.length() - 1);
        shape.append(last == '{' || last == '}' || last == ']' ? "" : " ").append(field.getKey());
        shape.append(shape(field.getValue()));
      }
      return shape.append('}').toString();
    }
    if (node.isArray()) {
      return node.values().stream()
          .map(ShapesTest::shape)
          .distinct()
          .collect(Collectors.joining("", "[", "]"));
    }
    return "";
  }
}
