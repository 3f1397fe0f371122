package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatBodyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"model":"m","a":1}                      | {"a":1}
          {"a":1,"model":"m"}                      | {"a":1}
          {"a":1, "model" : "m" , "b":2}           | {"a":1,  "b":2}
          {"a":1 , "model":"m" }                   | {"a":1 }
          {"model":"m"}                            | {}
          { "model":"a\\"b\\u00e9", "x":"\\u00e9"} | {  "x":"\\u00e9"}
          {"x":{"model":"m"},"model":"n"}          | {"x":{"model":"m"}}
          {"model":"m","x":[1,2],"model":"n"}      | {"x":[1,2]}
          """)
  void theModelIsTakenOutAndNothingElse(String body, String expected) {
    assertThat(without(body)).hasValue(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"x\":\"model\"}",
        "{\"messages\":[{\"model\":\"m\"}]}",
        "{\"model\":null}",
        "{\"model\":{\"id\":\"m\"}}",
        "[]",
        "{\"model\":",
        ""
      })
  void aBodyThatNamesNoneIsLeft(String body) {
    assertThat(without(body)).isEmpty();
  }

  @Test
  void anyBodyIsLeftOrStaysWellFormed() {
    Mutations mutations = new Mutations(21);
    byte[] body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"h\"}],\"max_tokens\":5}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < Mutations.COUNT / 10; i++) {
      byte[] damaged = i % 2 == 0 ? mutations.of(body) : mutations.ofJson(body);
      boolean wellFormed = isWellFormed(damaged);
      Optional<byte[]> without = ChatBody.withoutModel(damaged);
      if (wellFormed && without.isPresent()) {
        assertThat(isWellFormed(without.get())).isTrue();
      }
    }
  }

  private static boolean isWellFormed(byte[] body) {
    return RequestFacts.read(Operation.INVOKE, ModelFamily.OPENAI, body)
        instanceof RequestFacts.Read;
  }

  private static Optional<String> without(String body) {
    return ChatBody.withoutModel(body.getBytes(StandardCharsets.UTF_8))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
