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

/** What makes a model unfit for a Converse call. */
class ConverseObjectionTest {
  static final String ASK =
      "\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hello\"}]}]";
  private static final String TOOL =
      "{\"toolSpec\": {\"name\": \"f\", \"inputSchema\": {\"json\": {}}}}";

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(
            Given.NOVA,
            "has no place for additionalModelRequestFields",
            ASK + ", \"additionalModelRequestFields\": {\"top_k\": 1}"),
        Arguments.of(
            Given.OLD_CLAUDE,
            "takes no settings of reasoning",
            ASK + ", \"additionalModelRequestFields\": {\"thinking\": {\"type\": \"enabled\"}}"),
        Arguments.of(
            Given.NOVA,
            "takes no schema of its answer",
            ASK + ", \"outputConfig\": {\"textFormat\": {}}"),
        Arguments.of(
            Given.TITAN, "takes no system prompt", ASK + ", \"system\": [{\"text\": \"x\"}]"),
        Arguments.of(
            Given.NOVA,
            "has no place for a tool of the model's own",
            ASK + ", \"toolConfig\": {\"tools\": [{\"systemTool\": {\"name\": \"x\"}}]}"),
        Arguments.of(
            Given.TITAN, "takes no tools", ASK + ", \"toolConfig\": {\"tools\": [" + TOOL + "]}"),
        Arguments.of(
            Given.NOVA_MICRO,
            "takes no images",
            content(
                "{\"image\": {\"format\": \"png\", \"source\": {\"bytes\": \"iVBORw0KGgo=\"}}}")),
        Arguments.of(
            Given.NOVA_MICRO,
            "takes no images",
            content("{\"toolResult\": {\"toolUseId\": \"a\", \"content\": [{\"image\": {}}]}}")),
        Arguments.of(
            Given.LLAMA,
            "takes no video",
            content("{\"video\": {\"format\": \"mp4\", \"source\": {\"bytes\": \"AA==\"}}}")),
        Arguments.of(
            Given.NOVA,
            "takes no audio",
            content("{\"audio\": {\"format\": \"mp3\", \"source\": {\"bytes\": \"AA==\"}}}")),
        Arguments.of(
            Given.NOVA,
            "has no place for media in S3",
            content(
                "{\"image\": {\"format\": \"png\", \"source\": {\"s3Location\": {\"uri\": \"s3://x/y\"}}}}")),
        Arguments.of(
            Given.NOVA,
            "has no place for content of another type",
            content("{\"searchResult\": {\"title\": \"x\"}}")),
        Arguments.of(
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
            "takes no top_p beside a temperature",
            ASK + ", \"inferenceConfig\": {\"temperature\": 0.1, \"topP\": 0.2}"),
        Arguments.of(
            Given.OLD_CLAUDE,
            "answers in at most 4096 tokens, not in 9000",
            ASK + ", \"inferenceConfig\": {\"maxTokens\": 9000}"),
        Arguments.of(
            Given.OLD_LLAMA,
            "holds 8192 tokens of input and output, not about ",
            content("{\"text\": \"" + "word ".repeat(8_000) + "\"}")));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("bodies")
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

    assertThat(objection(pixtral, content(result))).isNull();
    assertThat(objection(pixtral, content(document))).isEqualTo("takes no documents");
    assertThat(objection(Given.NOVA_MICRO, content(result)))
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
    String fields = ASK + ", \"inferenceConfig\": {\"stopSequences\": " + stops + "}";

    assertThat(objection(Given.TITAN, fields)).isEqualTo(objection);
    String asked =
        "{\"inputText\": \"x\", \"textGenerationConfig\": {\"stopSequences\": " + stops + "}}";
    assertThat(Given.invoke(Given.TITAN, asked).objection("amazon.titan-text-lite-v1"))
        .isEqualTo(objection);
  }

  private static @Nullable String objection(String other, String fields) {
    return Given.call(Operation.CONVERSE, Given.CLAUDE, "{" + fields + "}").objection(other);
  }

  @Test
  void toolsInAStreamAreAnotherMatter() {
    String body = "{" + ASK + ", \"toolConfig\": {\"tools\": [" + TOOL + "]}}";

    assertThat(Given.call(Operation.CONVERSE, Given.CLAUDE, body).objection(Given.LLAMA)).isNull();
    assertThat(Given.call(Operation.CONVERSE_STREAM, Given.CLAUDE, body).objection(Given.LLAMA))
        .isEqualTo("takes no tools in a stream");
  }

  @Test
  void whatEveryModelTakesIsNoObjection() {
    String body =
        "{"
            + ASK
            + ", \"additionalModelResponseFieldPaths\": [\"/stop_sequence\"],"
            + " \"requestMetadata\": {\"a\": \"b\"}, \"guardrailConfig\": {},"
            + " \"additionalModelRequestFields\": {}}";

    assertThat(Given.call(Operation.CONVERSE, Given.CLAUDE, body).objection(Given.TITAN)).isNull();
  }

  private static String content(String block) {
    return "\"messages\": [{\"role\": \"user\", \"content\": [" + block + "]}]";
  }
}
