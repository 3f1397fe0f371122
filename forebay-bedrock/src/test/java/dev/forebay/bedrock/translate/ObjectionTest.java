package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Operation;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes a model unfit for a call, one reason after the other. */
class ObjectionTest {
  private static final String ASK = "{\"role\": \"user\", \"content\": \"Hello\"}";
  private static final String TOOL =
      "\"tools\": [{\"name\": \"f\", \"input_schema\": {\"type\": \"object\"}}]";
  private static final String CONVERSE_ASK =
      "\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hello\"}]}]";
  private static final String CONVERSE_TOOL =
      "{\"toolSpec\": {\"name\": \"f\", \"inputSchema\": {\"json\": {}}}}";

  static Stream<Arguments> anthropicBodies() {
    return Stream.of(
        anthropic(
            Given.NOVA,
            "has no place for thinking",
            "\"thinking\": {\"type\": \"enabled\", \"budget_tokens\": 1024}, \"messages\": ["
                + ASK
                + "]"),
        anthropic(
            Given.NOVA,
            "has no place for the field of another name",
            "\"a b\": 1, \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "has no place for the field a message's name",
            "\"messages\": [{\"role\": \"user\", \"content\": \"x\", \"name\": \"y\"}]"),
        anthropic(
            Given.NOVA,
            "has no place for a message of an unknown role",
            "\"messages\": [" + ASK + ", {\"role\": \"system\", \"content\": \"x\"}]"),
        anthropic(
            Given.NOVA,
            "has no place for malformed content",
            "\"messages\": [{\"role\": \"user\", \"content\": 1}]"),
        anthropic(
            Given.NOVA,
            "has no place for a malformed temperature",
            "\"temperature\": \"hot\", \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "has no place for malformed stop sequences",
            "\"stop_sequences\": \"x\", \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "has no place for a malformed top_k",
            "\"top_k\": 0.5, \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "takes a top_k of at most 128",
            "\"top_k\": 200, \"messages\": [" + ASK + "]"),
        anthropic(Given.LLAMA, "takes no top_k", "\"top_k\": 20, \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "takes at most 4 stop sequences",
            "\"stop_sequences\": [\"a\", \"b\", \"c\", \"d\", \"e\"], \"messages\": [" + ASK + "]"),
        anthropic(
            Given.LLAMA,
            "takes no stop sequences",
            "\"stop_sequences\": [\"a\"], \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "has no place for a conversation that the user does not begin",
            "\"messages\": []"),
        anthropic(
            Given.LLAMA,
            "cannot go on from the beginning of its own answer",
            "\"messages\": [" + ASK + ", {\"role\": \"assistant\", \"content\": \"{\"}]"),
        anthropic(
            Given.TITAN,
            "takes no system prompt",
            "\"system\": \"x\", \"messages\": [" + ASK + "]"),
        anthropic(
            Given.MISTRAL_7B,
            "takes no system prompt",
            "\"system\": \"x\", \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "has no place for a system prompt that is not text",
            "\"system\": [{\"type\": \"image\"}], \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA_MICRO,
            "takes no images",
            block(
                "{\"type\": \"image\", \"source\": {\"type\": \"base64\", \"media_type\": \"image/png\", \"data\": \"iVBORw0KGgo=\"}}")),
        anthropic(
            Given.NOVA,
            "has no place for an image that is not in the request",
            block(
                "{\"type\": \"image\", \"source\": {\"type\": \"url\", \"url\": \"https://x\"}}")),
        anthropic(
            Given.NOVA_MICRO,
            "takes no documents",
            block(
                "{\"type\": \"document\", \"source\": {\"type\": \"base64\", \"media_type\": \"application/pdf\", \"data\": \"JVBERi0=\"}}, {\"type\": \"text\", \"text\": \"x\"}")),
        anthropic(
            Given.NOVA,
            "has no place for a document without a text beside it",
            block(
                "{\"type\": \"document\", \"source\": {\"type\": \"base64\", \"media_type\": \"application/pdf\", \"data\": \"JVBERi0=\"}}")),
        anthropic(
            Given.NOVA,
            "has no place for a document that is not in the request",
            block(
                "{\"type\": \"document\", \"source\": {\"type\": \"url\", \"url\": \"https://x\"}}, {\"type\": \"text\", \"text\": \"x\"}")),
        anthropic(
            Given.NOVA,
            "has no place for citations",
            block(
                "{\"type\": \"document\", \"citations\": {\"enabled\": true}, \"source\": {\"type\": \"base64\", \"media_type\": \"application/pdf\", \"data\": \"JVBERi0=\"}}, {\"type\": \"text\", \"text\": \"x\"}")),
        anthropic(
            Given.NOVA,
            "has no place for the field a document's context",
            block(
                "{\"type\": \"document\", \"context\": \"c\", \"source\": {\"type\": \"base64\", \"media_type\": \"application/pdf\", \"data\": \"JVBERi0=\"}}, {\"type\": \"text\", \"text\": \"x\"}")),
        anthropic(
            Given.NOVA,
            "has no place for citations",
            block("{\"type\": \"text\", \"text\": \"x\", \"citations\": [{}]}")),
        anthropic(
            Given.NOVA,
            "has no place for a content block of another type",
            block("{\"type\": \"search_result\"}")),
        anthropic(Given.TITAN, "takes no tools", TOOL + ", \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "has no place for a tool of the model's own",
            "\"tools\": [{\"type\": \"bash_20250124\", \"name\": \"bash\"}], \"messages\": ["
                + ASK
                + "]"),
        anthropic(
            Given.NOVA,
            "takes no strict tools",
            "\"tools\": [{\"name\": \"f\", \"input_schema\": {}, \"strict\": true}], \"messages\": ["
                + ASK
                + "]"),
        anthropic(
            Given.NOVA,
            "has no place for a tool without a plain name",
            "\"tools\": [{\"name\": \"a.b\", \"input_schema\": {}}], \"messages\": [" + ASK + "]"),
        anthropic(
            Given.LLAMA,
            "cannot be made to use some tool",
            TOOL + ", \"tool_choice\": {\"type\": \"any\"}, \"messages\": [" + ASK + "]"),
        anthropic(
            Given.MISTRAL_LARGE,
            "cannot be made to use a certain tool",
            TOOL
                + ", \"tool_choice\": {\"type\": \"tool\", \"name\": \"f\"}, \"messages\": ["
                + ASK
                + "]"),
        anthropic(
            Given.NOVA,
            "has no place for a tool choice other than",
            TOOL + ", \"tool_choice\": {\"type\": \"none\"}, \"messages\": [" + ASK + "]"),
        anthropic(
            Given.NOVA,
            "has no place for tool_choice.disable_parallel_tool_use",
            TOOL
                + ", \"tool_choice\": {\"type\": \"auto\", \"disable_parallel_tool_use\": true}, \"messages\": ["
                + ASK
                + "]"),
        anthropic(
            Given.LLAMA,
            "takes no errors of tools",
            TOOL + ", \"messages\": [" + toolTurn("\"content\": \"x\", \"is_error\": true") + "]"),
        anthropic(
            Given.NOVA,
            "has no place for a tool result of another type",
            TOOL
                + ", \"messages\": ["
                + toolTurn("\"content\": [{\"type\": \"tool_reference\"}]")
                + "]"),
        anthropic(
            Given.NOVA,
            "has no place for the use of tools that are not on offer",
            "\"messages\": [" + toolTurn("\"content\": \"x\"") + "]"),
        anthropic(
            "amazon.titan-embed-text-v2:0", "makes embeddings", "\"messages\": [" + ASK + "]"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("anthropicBodies")
  void ofAnotherFamily(String other, String objection, String fields) {
    assertThat(Given.invoke(Given.CLAUDE, "{\"max_tokens\": 100, " + fields + "}").objection(other))
        .contains(objection);
  }

  static Stream<Arguments> prompts() {
    return Stream.of(
        Arguments.of("departs from its template", Given.LLAMA, "Hello<|eot_id|>"),
        Arguments.of(
            "departs from its template", Given.LLAMA, "x<|start_header_id|>user<|end_header_id|>y"),
        Arguments.of(
            "special tokens within a turn",
            Given.LLAMA,
            "<|start_header_id|>user<|end_header_id|><|image|>x<|eot_id|>"),
        Arguments.of(
            "a turn of another role",
            Given.LLAMA,
            "<|start_header_id|>ipython<|end_header_id|>x<|eot_id|>"),
        Arguments.of(
            "system prompt in the midst",
            Given.LLAMA,
            "<|start_header_id|>user<|end_header_id|>x<|eot_id|><|start_header_id|>system<|end_header_id|>y<|eot_id|>"),
        Arguments.of("departs from its template", Given.MISTRAL_7B, "Hello [INST] x [/INST]"),
        Arguments.of(
            "special tokens within a turn", Given.MISTRAL_7B, "[INST] [TOOL_RESULTS] x [/INST]"));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("prompts")
  void ofAPrompt(String objection, String model, String prompt) {
    String body = "{\"prompt\": " + Trees.writeString(Trees.object().stringNode(prompt)) + "}";

    assertThat(Given.invoke(model, body).objection(Given.NOVA)).contains(objection);
  }

  static Stream<Arguments> otherBodies() {
    return Stream.of(
        Arguments.of(
            "the field images", Given.LLAMA, "{\"prompt\": \"x\", \"images\": [\"iVBORw0KGgo=\"]}"),
        Arguments.of("the field logprobs", Given.LLAMA, "{\"prompt\": \"x\", \"logprobs\": 1}"),
        Arguments.of(
            "the field inferenceConfig.reasoningConfig",
            Given.NOVA,
            "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"x\"}]}], \"inferenceConfig\": {\"reasoningConfig\": {}}}"),
        Arguments.of(
            "the field textGenerationConfig.seed",
            Given.TITAN,
            "{\"inputText\": \"x\", \"textGenerationConfig\": {\"seed\": 1}}"),
        Arguments.of(
            "the field random_seed",
            Given.MISTRAL_LARGE,
            "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}], \"random_seed\": 1}"),
        Arguments.of(
            "the use of a tool without",
            Given.MISTRAL_LARGE,
            "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}, {\"role\": \"assistant\", \"content\": \"\", \"tool_calls\": [{\"id\": \"a\", \"function\": {\"name\": \"f\", \"arguments\": \"{\"}}]}]}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("otherBodies")
  void ofTheOtherFamiliesBodies(String objection, String model, String body) {
    assertThat(Given.invoke(model, body).objection(Given.CLAUDE)).contains(objection);
  }

  static Stream<Arguments> converseBodies() {
    return Stream.of(
        converse(
            Given.NOVA,
            "has no place for additionalModelRequestFields",
            CONVERSE_ASK + ", \"additionalModelRequestFields\": {\"top_k\": 1}"),
        converse(
            Given.OLD_CLAUDE,
            "takes no settings of reasoning",
            CONVERSE_ASK
                + ", \"additionalModelRequestFields\": {\"thinking\": {\"type\": \"enabled\"}}"),
        converse(
            Given.NOVA,
            "takes no schema of its answer",
            CONVERSE_ASK + ", \"outputConfig\": {\"textFormat\": {}}"),
        converse(
            Given.TITAN,
            "takes no system prompt",
            CONVERSE_ASK + ", \"system\": [{\"text\": \"x\"}]"),
        converse(
            Given.NOVA,
            "has no place for a tool of the model's own",
            CONVERSE_ASK + ", \"toolConfig\": {\"tools\": [{\"systemTool\": {\"name\": \"x\"}}]}"),
        converse(
            Given.TITAN,
            "takes no tools",
            CONVERSE_ASK + ", \"toolConfig\": {\"tools\": [" + CONVERSE_TOOL + "]}"),
        converse(
            Given.NOVA_MICRO,
            "takes no images",
            content(
                "{\"image\": {\"format\": \"png\", \"source\": {\"bytes\": \"iVBORw0KGgo=\"}}}")),
        converse(
            Given.NOVA_MICRO,
            "takes no images",
            content("{\"toolResult\": {\"toolUseId\": \"a\", \"content\": [{\"image\": {}}]}}")),
        converse(
            Given.LLAMA,
            "takes no video",
            content("{\"video\": {\"format\": \"mp4\", \"source\": {\"bytes\": \"AA==\"}}}")),
        converse(
            Given.NOVA,
            "takes no audio",
            content("{\"audio\": {\"format\": \"mp3\", \"source\": {\"bytes\": \"AA==\"}}}")),
        converse(
            Given.NOVA,
            "has no place for media in S3",
            content(
                "{\"image\": {\"format\": \"png\", \"source\": {\"s3Location\": {\"uri\": \"s3://x/y\"}}}}")),
        converse(
            Given.NOVA,
            "has no place for content of another type",
            content("{\"searchResult\": {\"title\": \"x\"}}")),
        converse(
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
            "takes no top_p beside a temperature",
            CONVERSE_ASK + ", \"inferenceConfig\": {\"temperature\": 0.1, \"topP\": 0.2}"),
        converse(
            Given.OLD_CLAUDE,
            "answers in at most 4096 tokens, not in 9000",
            CONVERSE_ASK + ", \"inferenceConfig\": {\"maxTokens\": 9000}"),
        converse(
            Given.OLD_LLAMA,
            "holds 8192 tokens of input and output, not about ",
            content("{\"text\": \"" + "word ".repeat(8_000) + "\"}")));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("converseBodies")
  void ofAConverseCall(String other, String objection, String fields) {
    Given call = Given.call(Operation.CONVERSE, Given.CLAUDE, "{" + fields + "}");

    assertThat(call.objection(other)).startsWith(objection);
    assertThat(call.objection(Given.CLAUDE)).as("the model itself").isNull();
    assertThat(call.objection("us." + Given.CLAUDE)).as("the same elsewhere").isNull();
  }

  @Test
  void pixtralReadsDocumentsInToolResultsOnly() {
    String pixtral = "us.mistral.pixtral-large-2502-v1:0";
    String document = "{\"document\": {\"format\": \"pdf\", \"source\": {\"bytes\": \"AA==\"}}}";
    String result = "{\"toolResult\": {\"toolUseId\": \"a\", \"content\": [" + document + "]}}";

    assertThat(converseObjection(pixtral, content(result))).isNull();
    assertThat(converseObjection(pixtral, content(document))).isEqualTo("takes no documents");
    assertThat(converseObjection(Given.NOVA_MICRO, content(result)))
        .isEqualTo("takes no documents in a tool's result");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[\"|\"];",
        "[\"||\", \"User:\"];",
        "[];",
        "[\"|\", \"END\"];takes no stop sequences but bars and \"User:\"",
        "[\"|x\"];takes no stop sequences but bars and \"User:\"",
      })
  void titanTakesBarsAndUserAsStopSequences(String stops, @Nullable String objection) {
    String fields = CONVERSE_ASK + ", \"inferenceConfig\": {\"stopSequences\": " + stops + "}";

    assertThat(converseObjection(Given.TITAN, fields)).isEqualTo(objection);
    String asked =
        "{\"inputText\": \"x\", \"textGenerationConfig\": {\"stopSequences\": " + stops + "}}";
    assertThat(Given.invoke(Given.TITAN, asked).objection("amazon.titan-text-lite-v1"))
        .isEqualTo(objection);
  }

  private static @Nullable String converseObjection(String other, String fields) {
    return Given.call(Operation.CONVERSE, Given.CLAUDE, "{" + fields + "}").objection(other);
  }

  @Test
  void toolsInAStreamAreAnotherMatter() {
    String body = "{" + CONVERSE_ASK + ", \"toolConfig\": {\"tools\": [" + CONVERSE_TOOL + "]}}";

    assertThat(Given.call(Operation.CONVERSE, Given.CLAUDE, body).objection(Given.LLAMA)).isNull();
    assertThat(Given.call(Operation.CONVERSE_STREAM, Given.CLAUDE, body).objection(Given.LLAMA))
        .isEqualTo("takes no tools in a stream");
  }

  @Test
  void whatEveryModelTakesIsNoObjection() {
    String body =
        "{"
            + CONVERSE_ASK
            + ", \"additionalModelResponseFieldPaths\": [\"/stop_sequence\"],"
            + " \"requestMetadata\": {\"a\": \"b\"}, \"guardrailConfig\": {},"
            + " \"additionalModelRequestFields\": {}}";

    assertThat(Given.call(Operation.CONVERSE, Given.CLAUDE, body).objection(Given.TITAN)).isNull();
  }

  @Test
  void theSameFamilysLimitsCountForAnUntouchedBody() {
    Given call = Given.invoke(Given.CLAUDE, "{\"max_tokens\": 9000, \"messages\": [" + ASK + "]}");

    assertThat(call.objection(Given.OLD_CLAUDE))
        .isEqualTo("answers in at most 4096 tokens, not in 9000");
  }

  @Test
  void theSameFamilyHasAPlaceForItsOwn() {
    Given call =
        Given.invoke(
            Given.CLAUDE,
            "{\"anthropic_beta\": [\"x\"], \"top_k\": 400, \"messages\": [" + ASK + "]}");

    assertThat(call.objection(Given.OLD_CLAUDE)).isNull();
  }

  @Test
  void anUnlistedModelIsTakenToBeCapable() {
    Given call =
        Given.invoke(
            Given.CLAUDE,
            "{\"max_tokens\": 999999, \"system\": \"x\", "
                + TOOL
                + ", \"messages\": ["
                + ASK
                + "]}");

    assertThat(call.objection(Given.UNLISTED)).isNull();
    assertThat(call.isTranslatedFor(Given.UNLISTED)).isTrue();
  }

  @Test
  void aBodyForAnUnlistedModelIsNoOtherFamilys() {
    assertThat(Given.invoke("acme.large-v1:0", "{\"x\": 1}").objection(Given.CLAUDE))
        .isEqualTo("cannot take a body in a form that is not known");
  }

  @Test
  void headersThatConverseCannotFollowAreObjectedTo() {
    String body = "{\"max_tokens\": 1, \"messages\": [" + ASK + "]}";

    assertThat(
            Given.invoke(Given.CLAUDE, body)
                .header("X-Amzn-Bedrock-Trace", "ENABLED")
                .objection(Given.NOVA))
        .isEqualTo("has no place for a guardrail's trace");
    assertThat(
            Given.invoke(Given.CLAUDE, body)
                .header("X-Amzn-Bedrock-PerformanceConfig-Latency", "optimized")
                .objection(Given.NOVA))
        .isEqualTo("has no place for optimized latency");
    assertThat(
            Given.invoke(Given.CLAUDE, body)
                .header("X-Amzn-Bedrock-GuardrailIdentifier", "x")
                .objection(Given.NOVA))
        .isEqualTo("has no place for half a guardrail");
  }

  @Test
  void tokensOfAnotherFamilysBodyCannotBeCounted() {
    assertThat(
            Given.call(
                    Operation.COUNT_TOKENS,
                    Given.CLAUDE,
                    "{\"input\": {\"invokeModel\": {\"body\": \"e30=\"}}}")
                .objection(Given.NOVA))
        .isEqualTo("cannot count the tokens of another family's body");
    assertThat(
            Given.call(
                    Operation.COUNT_TOKENS,
                    Given.CLAUDE,
                    "{\"input\": {\"converse\": {" + CONVERSE_ASK + "}}}")
                .objection(Given.NOVA))
        .isNull();
  }

  @Test
  void threeObjectionsAreEnough() {
    Given call =
        Given.invoke(
            Given.CLAUDE, "{\"a\": 1, \"b\": 1, \"c\": 1, \"d\": 1, \"messages\": [" + ASK + "]}");

    assertThat(call.objection(Given.NOVA))
        .isEqualTo(
            "has no place for the field a, has no place for the field b, has no place for the field"
                + " c");
  }

  private static Arguments anthropic(String other, String objection, String fields) {
    return Arguments.of(other, objection, fields);
  }

  private static Arguments converse(String other, String objection, String fields) {
    return Arguments.of(other, objection, fields);
  }

  private static String block(String blocks) {
    return "\"messages\": [{\"role\": \"user\", \"content\": [" + blocks + "]}]";
  }

  private static String content(String block) {
    return "\"messages\": [{\"role\": \"user\", \"content\": [" + block + "]}]";
  }

  private static String toolTurn(String result) {
    return ASK
        + ", {\"role\": \"assistant\", \"content\": [{\"type\": \"tool_use\", \"id\": \"t1\","
        + " \"name\": \"f\", \"input\": {}}]}, {\"role\": \"user\", \"content\": [{\"type\":"
        + " \"tool_result\", \"tool_use_id\": \"t1\", "
        + result
        + "}]}";
  }
}
