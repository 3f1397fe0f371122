package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Operation;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes a model unfit for a call, one reason after the other. */
class ObjectionTest {
  private static final String ASK = "{\"role\": \"user\", \"content\": \"Hello\"}";
  private static final String TOOL =
      "\"tools\": [{\"name\": \"f\", \"input_schema\": {\"type\": \"object\"}}]";

  static Stream<Arguments> anthropicBodies() {
    return Stream.of(
        Arguments.of(
            Given.NOVA,
            "has no place for thinking",
            "\"thinking\": {\"type\": \"enabled\", \"budget_tokens\": 1024}, \"messages\": ["
                + ASK
                + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for the field of another name",
            "\"a b\": 1, \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for the field a message's name",
            "\"messages\": [{\"role\": \"user\", \"content\": \"x\", \"name\": \"y\"}]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a message of an unknown role",
            "\"messages\": [" + ASK + ", {\"role\": \"system\", \"content\": \"x\"}]"),
        Arguments.of(
            Given.NOVA,
            "has no place for malformed content",
            "\"messages\": [{\"role\": \"user\", \"content\": 1}]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a malformed temperature",
            "\"temperature\": \"hot\", \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for malformed stop sequences",
            "\"stop_sequences\": \"x\", \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a malformed top_k",
            "\"top_k\": 0.5, \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "takes a top_k of at most 128",
            "\"top_k\": 200, \"messages\": [" + ASK + "]"),
        Arguments.of(Given.LLAMA, "takes no top_k", "\"top_k\": 20, \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "takes at most 4 stop sequences",
            "\"stop_sequences\": [\"a\", \"b\", \"c\", \"d\", \"e\"], \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.LLAMA,
            "takes no stop sequences",
            "\"stop_sequences\": [\"a\"], \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a conversation that the user does not begin",
            "\"messages\": []"),
        Arguments.of(
            Given.LLAMA,
            "cannot go on from the beginning of its own answer",
            "\"messages\": [" + ASK + ", {\"role\": \"assistant\", \"content\": \"{\"}]"),
        Arguments.of(
            Given.TITAN,
            "takes no system prompt",
            "\"system\": \"x\", \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.MISTRAL_7B,
            "takes no system prompt",
            "\"system\": \"x\", \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a system prompt that is not text",
            "\"system\": [{\"type\": \"image\"}], \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA_MICRO,
            "takes no images",
            block(
                "{\"type\": \"image\", \"source\": {\"type\": \"base64\", \"media_type\": \"image/png\", \"data\": \"iVBORw0KGgo=\"}}")),
        Arguments.of(
            Given.NOVA,
            "has no place for an image that is not in the request",
            block(
                "{\"type\": \"image\", \"source\": {\"type\": \"url\", \"url\": \"https://x\"}}")),
        Arguments.of(
            Given.NOVA_MICRO,
            "takes no documents",
            block(
                "{\"type\": \"document\", \"source\": {\"type\": \"base64\", \"media_type\": \"application/pdf\", \"data\": \"JVBERi0=\"}}, {\"type\": \"text\", \"text\": \"x\"}")),
        Arguments.of(
            Given.NOVA,
            "has no place for a document without a text beside it",
            block(
                "{\"type\": \"document\", \"source\": {\"type\": \"base64\", \"media_type\": \"application/pdf\", \"data\": \"JVBERi0=\"}}")),
        Arguments.of(
            Given.NOVA,
            "has no place for a document that is not in the request",
            block(
                "{\"type\": \"document\", \"source\": {\"type\": \"url\", \"url\": \"https://x\"}}, {\"type\": \"text\", \"text\": \"x\"}")),
        Arguments.of(
            Given.NOVA,
            "has no place for citations",
            block(
                "{\"type\": \"document\", \"citations\": {\"enabled\": true}, \"source\": {\"type\": \"base64\", \"media_type\": \"application/pdf\", \"data\": \"JVBERi0=\"}}, {\"type\": \"text\", \"text\": \"x\"}")),
        Arguments.of(
            Given.NOVA,
            "has no place for the field a document's context",
            block(
                "{\"type\": \"document\", \"context\": \"c\", \"source\": {\"type\": \"base64\", \"media_type\": \"application/pdf\", \"data\": \"JVBERi0=\"}}, {\"type\": \"text\", \"text\": \"x\"}")),
        Arguments.of(
            Given.NOVA,
            "has no place for citations",
            block("{\"type\": \"text\", \"text\": \"x\", \"citations\": [{}]}")),
        Arguments.of(
            Given.NOVA,
            "has no place for a content block of another type",
            block("{\"type\": \"search_result\"}")),
        Arguments.of(Given.TITAN, "takes no tools", TOOL + ", \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a tool of the model's own",
            "\"tools\": [{\"type\": \"bash_20250124\", \"name\": \"bash\"}], \"messages\": ["
                + ASK
                + "]"),
        Arguments.of(
            Given.NOVA,
            "takes no strict tools",
            "\"tools\": [{\"name\": \"f\", \"input_schema\": {}, \"strict\": true}], \"messages\": ["
                + ASK
                + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a tool without a plain name",
            "\"tools\": [{\"name\": \"a.b\", \"input_schema\": {}}], \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.LLAMA,
            "cannot be made to use some tool",
            TOOL + ", \"tool_choice\": {\"type\": \"any\"}, \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.MISTRAL_LARGE,
            "cannot be made to use a certain tool",
            TOOL
                + ", \"tool_choice\": {\"type\": \"tool\", \"name\": \"f\"}, \"messages\": ["
                + ASK
                + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a tool choice other than",
            TOOL + ", \"tool_choice\": {\"type\": \"none\"}, \"messages\": [" + ASK + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for tool_choice.disable_parallel_tool_use",
            TOOL
                + ", \"tool_choice\": {\"type\": \"auto\", \"disable_parallel_tool_use\": true}, \"messages\": ["
                + ASK
                + "]"),
        Arguments.of(
            Given.LLAMA,
            "takes no errors of tools",
            TOOL + ", \"messages\": [" + toolTurn("\"content\": \"x\", \"is_error\": true") + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a tool result of another type",
            TOOL
                + ", \"messages\": ["
                + toolTurn("\"content\": [{\"type\": \"tool_reference\"}]")
                + "]"),
        Arguments.of(
            Given.NOVA,
            "has no place for the use of tools that are not on offer",
            "\"messages\": [" + toolTurn("\"content\": \"x\"") + "]"),
        Arguments.of(
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
                    "{\"input\": {\"converse\": {" + ConverseObjectionTest.ASK + "}}}")
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

  private static String block(String blocks) {
    return "\"messages\": [{\"role\": \"user\", \"content\": [" + blocks + "]}]";
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
