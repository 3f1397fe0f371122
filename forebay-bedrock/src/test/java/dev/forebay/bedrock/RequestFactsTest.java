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
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          anthropic.claude-sonnet-4-5-20250929-v1:0 | 450 | 45 | 2200 | 650
          anthropic.claude-3-5-sonnet-20240620-v1:0 | 270 | 45 | 100  | 650
          anthropic.claude-v2                       | 270 | 45 | 100  | 650
          amazon.nova-2-lite-v1:0                   | 830 | 45 | 2500 | 0
          amazon.nova-micro-v1:0                    | 300 | 45 | 2500 | 0
          meta.llama3-3-70b-instruct-v1:0           | 90  | 30 | 100  | 0
          openai.gpt-oss-120b-1:0                   | 10  | 10 | 100  | 0
          cohere.command-r-v1:0                     | 0   | 0  | 100  | 0
          """)
  void toolsPdfsAndCitationsCountByTheModel(
      String model, int toolSet, int tool, int pdf, int citations) {
    String bare = "{\"requestMetadata\":{\"a\":\"some text\"}}";
    int text = tokens(Operation.CONVERSE, model, bare);
    String two = "{\"toolConfig\":{\"tools\":[{},{}],\"toolChoice\":{\"tool\":{}}},";
    assertThat(tokens(Operation.CONVERSE, model, bare.replaceFirst("\\{", two)) - text)
        // The names within count as text.
        .isBetween(toolSet + 2 * tool, toolSet + 2 * tool + 10);
    String invoke = "{\"tools\":[{},{},{}],";
    int others = tokens(Operation.INVOKE, model, bare);
    assertThat(tokens(Operation.INVOKE, model, bare.replaceFirst("\\{", invoke)) - others)
        .isEqualTo(toolSet + 3 * tool);
    String document =
        "{\"document\":{\"source\":{\"bytes\":\"JVBERi0xLjcK" + "Yg==".repeat(25) + "\"}},";
    assertThat(tokens(Operation.CONVERSE, model, bare.replaceFirst("\\{", document)) - text)
        .isBetween(pdf, pdf + 1);
    String cited = "{\"citations\":{\"enabled\":true},";
    assertThat(tokens(Operation.CONVERSE, model, bare.replaceFirst("\\{", cited)) - text)
        .isEqualTo(citations);
    String uncited = "{\"citations\":{\"enabled\":false},\"other\":{\"enabled\":true},";
    assertThat(tokens(Operation.CONVERSE, model, bare.replaceFirst("\\{", uncited)))
        .isEqualTo(text);
  }

  private static int tokens(Operation operation, String model, String body) {
    return RequestFacts.read(operation, ModelFamily.of(model), model, bytes(body))
            instanceof RequestFacts.Read facts
        ? facts.inputTokens()
        : -1;
  }

  @Test
  void countingTokensPlansNone() {
    RequestFacts.Read facts =
        read(Operation.COUNT_TOKENS, ModelFamily.ANTHROPIC, "{\"input\":{\"converse\":{}}}");
    assertThat(facts)
        .isEqualTo(
            new RequestFacts.Read(OptionalInt.empty(), 0, 0, false, false, false, false, false));
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
        .isEqualTo(
            new RequestFacts.Read(
                OptionalInt.empty(), 4096, 1600, false, true, false, false, false));
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

  static RequestFacts.Read converse(String body) {
    return read(Operation.CONVERSE, ModelFamily.UNKNOWN, body);
  }

  static RequestFacts.Read read(Operation operation, ModelFamily family, String body) {
    return (RequestFacts.Read) RequestFacts.read(operation, family, bytes(body));
  }

  private static RequestFacts.Malformed malformed(byte[] body) {
    return (RequestFacts.Malformed)
        RequestFacts.read(Operation.CONVERSE, ModelFamily.ANTHROPIC, body);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
