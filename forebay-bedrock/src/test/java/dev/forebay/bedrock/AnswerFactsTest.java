package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To read an answer once finds what three readings find. */
class AnswerFactsTest {
  private static final Headers HEADERS =
      Map.of("X-Amzn-Bedrock-Input-Token-Count", "11", "X-Amzn-Bedrock-Output-Token-Count", "22")
          ::get;

  private static final String CONVERSE =
      """
      {"metrics":{"latencyMs":1},"output":{"message":{"role":"assistant","content":[{"text":"Hi."},{"toolUse":{"name":"x","input":{"usage":{"inputTokens":9}}}}]}},\
      "stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":4,"cacheReadInputTokens":5}}""";

  @ParameterizedTest
  @ValueSource(
      strings = {
        CONVERSE,
        "",
        "{}",
        "[]",
        "3",
        "{\"usage\":[3]}",
        "{\"usage\":{\"inputTokens\":3}} {}",
        "{\"usage\":{\"inputTokens\":3}",
        "{\"__type\":\"ThrottlingException\",\"usage\":{\"inputTokens\":3}}",
        "{\"Output\":{\"__type\":\"InternalServerException\"},\"Version\":\"1.0\"}",
        "{\"Output\":{\"text\":\"fine\"},\"stopReason\":\"end_turn\"}",
        "{\"output\":{\"__type\":\"a word of the answer\"},\"stopReason\":\"end_turn\"}",
        "{\"stopReason\":\"end_turn\",\"output\":{\"message\":{\"content\":[]}}}",
        "{\"stopReason\":\"content_filtered\",\"usage\":{\"outputTokens\":7}}",
        "{\"stop_reason\":\"refusal\"}",
        "{\"bytes\":\"no base64!\",\"usage\":{\"inputTokens\":3}}",
        "{\"choices\":[{\"message\":{\"refusal\":\"no\"}}],\"usage\":{\"prompt_tokens\":1}}",
        "{\"usage\":{\"inputTokens\":1},\"usage\":{\"inputTokens\":2}}",
      })
  void anAnswerSaysTheSame(String body) {
    assertSame(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void soDoesADamagedOne() {
    SplittableRandom random = new SplittableRandom(14);
    byte[] whole = CONVERSE.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 1_000; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      for (int change = random.nextInt(3); change > 0 && damaged.length > 0; change--) {
        damaged[random.nextInt(damaged.length)] = (byte) "\"{}[]:,x0\\".charAt(random.nextInt(10));
      }
      assertSame(damaged);
    }
  }

  private static void assertSame(byte[] body) {
    for (ModelFamily family : Families.all()) {
      for (Operation operation :
          new Operation[] {Operation.CONVERSE, Operation.INVOKE, Operation.COUNT_TOKENS}) {
        assertThat(AnswerFacts.of(operation, family, body, HEADERS))
            .as("%s %s %s", operation, family, new String(body, StandardCharsets.UTF_8))
            .isEqualTo(AnswerFacts.of(Answers.problem(body), operation, family, body, HEADERS));
      }
    }
  }
}
