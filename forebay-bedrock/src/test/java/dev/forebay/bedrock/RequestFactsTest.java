package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.ErrorInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFactsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CONVERSE        | UNKNOWN     | {"inferenceConfig":{"maxTokens":7},"max_tokens":9}
          CONVERSE_STREAM | ANTHROPIC   | {"messages":[],"inferenceConfig":{"topP":1,"maxTokens":7}}
          INVOKE          | ANTHROPIC   | {"max_tokens":7,"inferenceConfig":{"maxTokens":9}}
          INVOKE_STREAM   | ANTHROPIC   | {"tools":[{"max_tokens":9}],"max_tokens":7}
          INVOKE          | NOVA        | {"inferenceConfig":{"maxTokens":7}}
          INVOKE          | NOVA        | {"inferenceConfig":{"max_new_tokens":7}}
          INVOKE_STREAM   | NOVA        | {"inferenceConfig":{"topP":1,"max_new_tokens":7},"max_new_tokens":9}
          INVOKE          | ANTHROPIC   | {"prompt":"x","max_tokens_to_sample":7}
          INVOKE          | UNKNOWN     | {"inferenceConfig":{"max_new_tokens":7}}
          INVOKE          | UNKNOWN     | {"max_tokens_to_sample":7}
          INVOKE          | UNKNOWN     | {"prompt":"x","maxTokens":7}
          CONVERSE        | NOVA        | {"inferenceConfig":{"max_new_tokens":9,"maxTokens":7}}
          INVOKE          | TITAN_TEXT  | {"inputText":"x","textGenerationConfig":{"maxTokenCount":7}}
          INVOKE          | LLAMA       | {"max_gen_len":7,"max_tokens":9}
          INVOKE          | MISTRAL_PROMPT | {"max_tokens":7}
          INVOKE          | OPENAI      | {"max_completion_tokens":7}
          INVOKE          | QWEN        | {"max_tokens":7,"messages":[]}
          INVOKE          | UNKNOWN     | {"max_completion_tokens":7}
          INVOKE          | COHERE_COMMAND_R | {"message":"x","max_tokens":7}
          INVOKE          | DEEPSEEK_R1 | {"prompt":"x","max_tokens":7}
          INVOKE          | UNKNOWN     | {"max_tokens":7}
          INVOKE          | UNKNOWN     | {"inferenceConfig":{"maxTokens":7}}
          INVOKE          | UNKNOWN     | {"textGenerationConfig":{"maxTokenCount":7}}
          INVOKE          | UNKNOWN     | {"max_gen_len":7}
          INVOKE          | ANTHROPIC   | {"max_tokens":1,"max_tokens":7}
          """)
  void theOutputLimitIsFoundWhereTheFamilyKeepsIt(
      Operation operation, @Families.Named ModelFamily family, String body) {
    RequestFacts.Read facts = read(operation, family, body);
    assertThat(facts.maxOutputTokens()).hasValue(7);
    assertThat(facts.plannedOutputTokens()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"max_tokens\":\"7\"}",
        "{\"max_tokens\":7.5}",
        "{\"max_tokens\":-7}",
        "{\"max_tokens\":99999999999999999999999999}",
        "{\"max_tokens\":null}",
        "{\"max_tokens\":[7]}",
        "{\"metadata\":{\"max_tokens\":7}}",
        "{\"messages\":[{\"content\":{\"max_tokens\":7}}]}",
      })
  void aLimitThatIsNoneIsPlannedByTheFamily(String body) {
    RequestFacts.Read facts = read(Operation.INVOKE, ModelFamily.ANTHROPIC, body);
    assertThat(facts.maxOutputTokens()).isEmpty();
    assertThat(facts.plannedOutputTokens()).isEqualTo(4096);
  }

  @ParameterizedTest
  @CsvSource({
    "INVOKE, ANTHROPIC, 4096",
    "INVOKE, NOVA, 4096",
    "INVOKE, UNKNOWN, 4096",
    "INVOKE, TITAN_TEXT, 512",
    "INVOKE, LLAMA, 512",
    "INVOKE_STREAM, MISTRAL_PROMPT, 512",
    "INVOKE, MISTRAL_2402, 512",
    "INVOKE, OPENAI, 4096",
    "INVOKE, QWEN, 4096",
    "INVOKE, COHERE_COMMAND_R, 4096",
    "INVOKE, DEEPSEEK_R1, 4096",
    "INVOKE, TITAN_EMBED, 0",
    "CONVERSE, LLAMA, 4096",
    "CONVERSE_STREAM, UNKNOWN, 4096",
    "COUNT_TOKENS, ANTHROPIC, 0",
  })
  void plannedDefaultsArePinned(
      Operation operation, @Families.Named ModelFamily family, int planned) {
    assertThat(read(operation, family, "{}").plannedOutputTokens()).isEqualTo(planned);
  }

  @Test
  void textCountsATokenPerThreeAndAHalfBytes() {
    assertThat(converse(text("x".repeat(3500 - "user".length()))).inputTokens()).isEqualTo(1000);
    assertThat(read(Operation.CONVERSE, ModelFamily.UNKNOWN, "{}").inputTokens()).isZero();
  }

  @Test
  void anEscapedTextCountsLikeTheSameTextInUtf8() {
    String plain = "a\u00e9\u4e2d\ud83d\ude00".repeat(700);
    StringBuilder escaped = new StringBuilder();
    plain.chars().forEach(c -> escaped.append("\\u%04x".formatted(c)));
    assertThat(converse(text(escaped.toString()))).isEqualTo(converse(text(plain)));
    assertThat(converse(text("\\n\\\"\\\\".repeat(100))))
        .isEqualTo(converse(text("x".repeat(300))));
  }

  @Test
  void toolDefinitionsCountWithTheirNames() {
    String schema = "{\"aLongPropertyName\":{\"type\":\"string\"}}";
    int inTools = converse("{\"toolConfig\":" + schema + "}").inputTokens();
    int elsewhere = converse("{\"requestMetadata\":" + schema + "}").inputTokens();
    assertThat(inTools).isEqualTo(8);
    assertThat(elsewhere).isEqualTo(2);
    assertThat(converse("{\"toolConfig\":{},\"requestMetadata\":" + schema + "}").inputTokens())
        .isEqualTo(elsewhere);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"image\":{\"source\":{\"bytes\":\"iVBORw0KGgo%s\"}}}",
        "{\"image\":{\"source\":{\"bytes\":\"/9j/%s\"}}}",
        "{\"source\":{\"data\":\"R0lGOD%s\"}}",
        "{\"source\":{\"data\":\"UklGR%s\"}}",
        "{\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}",
        "{\"inputImage\":\"iVBORw0KGgo%s\"}",
      })
  void anImageCountsAConstant(String body) {
    assertThat(converse(body.formatted("A".repeat(100))).inputTokens()).isEqualTo(1600);
    assertThat(converse(body.formatted("A".repeat(100_000))).inputTokens()).isEqualTo(1600);
  }

  @Test
  void anyOtherFileCountsByItsBytes() {
    String file = "JVBER" + "A".repeat(400_000 - 5);
    assertThat(converse("{\"document\":{\"source\":{\"bytes\":\"" + file + "\"}}}").inputTokens())
        .isEqualTo(3000);
  }

  @Test
  void aTextNamedLikeAFileIsText() {
    String body = "{\"source\":{\"data\":\"%s\"}}".formatted("some words ".repeat(350));
    assertThat(converse(body).inputTokens()).isEqualTo(1100);
    assertThat(converse("{\"data\":\"shorttext\"}").inputTokens()).isEqualTo(3);
  }

  @Test
  void countingTokensPlansNone() {
    RequestFacts.Read facts =
        read(Operation.COUNT_TOKENS, ModelFamily.ANTHROPIC, "{\"input\":{\"converse\":{}}}");
    assertThat(facts)
        .isEqualTo(new RequestFacts.Read(OptionalInt.empty(), 0, 0, false, false, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                          | a JSON object was expected
          '   '                       | a JSON object was expected
          []                          | a JSON object was expected
          "secret"                    | a JSON object was expected
          secret                      | not valid at line 1
          {"a":1                      | ends too early at line 1, column 7
          {"a":"secret                | ends too early at line 1
          {"a":1}secret               | not valid at line 1
          {"a":1}{"secret":2}         | nothing was expected after the JSON object at line 1, column 9
          {"secret":secret}           | not valid at line 1
          {'secret':1}                | not valid at line 1
          {"a":01}                    | not valid at line 1
          {"a":1,}                    | not valid at line 1
          {"a":"\\x"}                 | not valid at line 1
          {"a":NaN}                   | not valid at line 1
          """)
  void aMalformedBodyIsRefusedWithItsPlaceAndWithoutItsContent(String body, String problem) {
    String message = malformed(bytes(body)).message();
    assertThat(message)
        .startsWith("Malformed input request: ")
        .contains(problem)
        .endsWith(", please reformat your input and try again.")
        .doesNotContain("secret");
  }

  @Test
  void aPlaceIsCountedInLinesAndColumns() {
    assertThat(malformed(bytes("{\n  \"a\": 1,\n  oops\n}")).message()).contains("line 3, column");
  }

  @Test
  void brokenUtf8IsMalformed() {
    byte[] body = bytes("{\"a\":\"xx\"}");
    body[6] = (byte) 0xC3;
    assertThat(malformed(body).message()).contains("not valid");
  }

  @Test
  void aMalformedBodyIsAValidationError() {
    RequestFacts.Malformed malformed = malformed(bytes("["));
    assertThat(malformed.error())
        .isEqualTo(new ErrorInfo(400, "ValidationException", malformed.message()));
  }

  @Test
  void nestingAndPartsAreLimited() {
    assertThat(malformed(bytes("{\"a\":" + "[".repeat(100_000))).message())
        .contains("too deeply or has too many parts");
    assertThat(malformed(bytes("{\"a\":[" + "1,".repeat(2_100_000) + "1]}")).message())
        .contains("too deeply or has too many parts");
    assertThat(converse("{\"a\":" + "[".repeat(400) + "]".repeat(400) + "}").inputTokens())
        .isZero();
  }

  @Test
  void aBodyOfTheLargestSizePassesAndOneByteMoreDoesNot() {
    assertThat(RequestFacts.read(Operation.CONVERSE, ModelFamily.NOVA, image(25_000_000)))
        .isEqualTo(new RequestFacts.Read(OptionalInt.empty(), 4096, 1600, false, false, false));
    assertThat(malformed(image(25_000_001)).message()).contains("larger than 25000000 bytes");
  }

  @Test
  void damagedBodiesAreReadOrMalformed() {
    Mutations mutations = new Mutations(5);
    byte[] body =
        bytes(
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"h\\u00e9llo\\n\"},"
                + "{\"image\":{\"source\":{\"bytes\":\"iVBORw0KGgoAAAA=\"}}}]}],"
                + "\"inferenceConfig\":{\"maxTokens\":512,\"topP\":0.9},\"toolConfig\":{\"tools\":[]}}");
    int malformed = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      Operation operation = mutations.pick(Operation.values());
      ModelFamily family = mutations.pick(Families.all());
      switch (RequestFacts.read(operation, family, mutations.of(body))) {
        case RequestFacts.Read facts -> {
          assertThat(facts.inputTokens()).isBetween(0, 8000);
          assertThat(facts.plannedOutputTokens()).isNotNegative();
        }
        case RequestFacts.Malformed m -> {
          malformed++;
          assertThat(m.message()).doesNotContain("llo");
        }
      }
    }
    assertThat(malformed).isBetween(1, Mutations.COUNT - 1);
  }

  private static byte[] image(int length) {
    byte[] head = bytes("{\"messages\":[{\"content\":[{\"image\":{\"source\":{\"bytes\":\"/9j/");
    byte[] tail = bytes("\"}}}]}]}");
    byte[] body = new byte[length];
    Arrays.fill(body, (byte) 'A');
    System.arraycopy(head, 0, body, 0, head.length);
    System.arraycopy(tail, 0, body, length - tail.length, tail.length);
    return body;
  }

  private static String text(String text) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"" + text + "\"}]}]}";
  }

  private static RequestFacts.Read converse(String body) {
    return read(Operation.CONVERSE, ModelFamily.UNKNOWN, body);
  }

  private static RequestFacts.Read read(Operation operation, ModelFamily family, String body) {
    return (RequestFacts.Read) RequestFacts.read(operation, family, bytes(body));
  }

  private static RequestFacts.Malformed malformed(byte[] body) {
    return (RequestFacts.Malformed)
        RequestFacts.read(Operation.CONVERSE, ModelFamily.ANTHROPIC, body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
