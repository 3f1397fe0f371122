package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  private static final Headers HEADERS =
      Map.of(
              "X-Amzn-Bedrock-Input-Token-Count", "11",
              "X-Amzn-Bedrock-Output-Token-Count", "22")
          ::get;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CONVERSE | ANTHROPIC | {"output":{"message":{"content":[{"toolUse":{"input":{"usage":{"inputTokens":99}}}}]}},"stopReason":"tool_use","usage":{"inputTokens":3,"outputTokens":4,"totalTokens":18,"cacheReadInputTokens":5,"cacheWriteInputTokens":6,"cacheDetails":[{"ttl":"5m","inputTokens":99}]},"metrics":{"latencyMs":1}} | 3 | 4 | 5 | 6
          CONVERSE | LLAMA     | {"usage":{"inputTokens":3,"outputTokens":4}} | 3 | 4 | 0 | 0
          INVOKE   | ANTHROPIC | {"content":[{"type":"tool_use","input":{"usage":{"input_tokens":99}}}],"usage":{"input_tokens":3,"output_tokens":4,"cache_creation_input_tokens":6,"cache_read_input_tokens":5,"cache_creation":{"input_tokens":99}}} | 3 | 4 | 5 | 6
          INVOKE   | NOVA      | {"output":{},"usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7}} | 3 | 4 | 0 | 0
          INVOKE   | TITAN_TEXT | {"inputTextTokenCount":3,"results":[{"tokenCount":4,"outputText":"x","completionReason":"FINISH"}]} | 3 | 4 | 0 | 0
          INVOKE   | TITAN_EMBED | {"embedding":[0.1,0.2],"inputTextTokenCount":3} | 3 | 22 | 0 | 0
          INVOKE   | LLAMA     | {"generation":"x","prompt_token_count":3,"generation_token_count":4,"stop_reason":"stop"} | 3 | 4 | 0 | 0
          INVOKE   | MISTRAL_PROMPT | {"outputs":[{"text":"x","stop_reason":"stop"}]} | 11 | 22 | 0 | 0
          INVOKE   | OPENAI    | {"object":"chat.completion","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":2}}} | 3 | 4 | 0 | 0
          INVOKE   | COHERE_COMMAND_R | {"text":"x","finish_reason":"COMPLETE"} | 11 | 22 | 0 | 0
          INVOKE   | DEEPSEEK_R1 | {"choices":[{"text":"x","stop_reason":"stop"}]} | 11 | 22 | 0 | 0
          INVOKE   | UNKNOWN   | {"usage":{"input_tokens":3}} | 3 | 22 | 0 | 0
          INVOKE   | LLAMA     | {"prompt_token_count":null,"generation_token_count":-4} | 11 | 0 | 0 | 0
          INVOKE   | LLAMA     | {"prompt_token_count":12345678901,"generation_token_count":4.5} | 11 | 22 | 0 | 0
          INVOKE   | ANTHROPIC | {"usage":{"input_tokens":3, oops | 3 | 22 | 0 | 0
          INVOKE   | ANTHROPIC | {"usage":[3]} | 11 | 22 | 0 | 0
          INVOKE   | ANTHROPIC | not JSON | 11 | 22 | 0 | 0
          INVOKE   | TITAN_TEXT | {"results":[3,[4],{"tokenCount":4}]} | 11 | 4 | 0 | 0
          COUNT_TOKENS | ANTHROPIC | {"inputTokens":3} | 0 | 0 | 0 | 0
          """)
  void countsAreReadWhereTheFamilyPutsThem(
      Operation operation,
      @Families.Named ModelFamily family,
      String body,
      int input,
      int output,
      int cacheRead,
      int cacheWrite) {
    assertThat(Usage.ofAnswer(operation, family, body.getBytes(StandardCharsets.UTF_8), HEADERS))
        .isEqualTo(new TokenUsage(input, output, cacheRead, cacheWrite));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "x", "1.5", "9999999999"})
  void aHeaderThatIsNoCountIsZero(String value) {
    assertThat(
            Usage.ofAnswer(
                Operation.INVOKE, ModelFamily.MISTRAL_PROMPT, new byte[0], name -> value))
        .isEqualTo(TokenUsage.NONE);
  }

  @Test
  void nothingIsKnownWithoutBodyAndHeaders() {
    assertThat(Usage.ofAnswer(Operation.CONVERSE, ModelFamily.NOVA, new byte[0], name -> null))
        .isEqualTo(TokenUsage.NONE);
  }
}
