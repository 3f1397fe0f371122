package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncInvokeBodyTest {
  @Test
  void theModelIsReplacedAndNothingElse() {
    String body =
        "{ \"modelInput\": {\"modelId\": \"inner\", \"x\": 1.00, \"text\": \"\u00e9\u4e16\"},"
            + " \"modelId\" : \"a.b\\u0063\" , \"tags\": [ ] }";

    AsyncInvokeBody read = read(body).orElseThrow();

    assertThat(read.modelId()).isEqualTo("a.bc");
    assertThat(read.repeatable()).isFalse();
    assertThat(new String(read.withModel("us.x\"y"), StandardCharsets.UTF_8))
        .isEqualTo(body.replace("\"a.b\\u0063\"", "\"us.x\\\"y\""));
  }

  @Test
  void aTokenMakesItRepeatable() {
    assertThat(read("{\"clientRequestToken\":\"t\",\"modelId\":\"m\"}").orElseThrow().repeatable())
        .isTrue();
    assertThat(
            read("{\"modelInput\":{\"clientRequestToken\":\"t\"},\"modelId\":\"m\"}")
                .orElseThrow()
                .repeatable())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"modelId\":\"\"}",
        "{\"modelId\":1}",
        "{\"modelId\":\"m\"",
        "{\"modelId\":\"m\"} x",
        "{\"modelId\":\"m\",\"modelId\":\"n\"}",
      })
  void whatNamesNoModelIsNone(String body) {
    assertThat(read(body)).isEmpty();
  }

  private static Optional<AsyncInvokeBody> read(String body) {
    return AsyncInvokeBody.read(body.getBytes(StandardCharsets.UTF_8));
  }
}
