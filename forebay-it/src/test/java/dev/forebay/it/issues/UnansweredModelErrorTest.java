package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.WireUpstream;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** A call that ends with a model's failure (424) says why no fallback answered it. */
class UnansweredModelErrorTest {
  private static final String MODEL_ERROR =
      "{\"message\":\"The model failed.\",\"originalStatusCode\":500,\"resourceName\":\"m\"}";

  @Test
  void aRouteWithoutAFallback() throws Exception {
    assertThat(message("amazon.nova-micro-v1:0", "[[one]]"))
        .startsWith("The model failed. (Forebay: no fallback answered: ")
        .endsWith("the route has no fallback)");
  }

  @Test
  void aFallbackThatCannotServeTheCall() throws Exception {
    assertThat(message("amazon.titan-embed-text-v2:0", "[[one], [two]]"))
        .startsWith("The model failed. (Forebay: no fallback answered: ")
        .contains("; two ")
        .endsWith("no fallback is left)");
  }

  @Test
  void aFallbackThatFailedAsWell() throws Exception {
    assertThat(message("amazon.nova-micro-v1:0", "[[one], [three]]"))
        .startsWith("The model failed. (Forebay: no fallback answered: ")
        .endsWith("no fallback is left)");
  }

  /** The message of a call's end; all else of the model's error is as the target sent it. */
  private static String message(String second, String tiers) throws Exception {
    try (WireUpstream failing =
            WireUpstream.answering((connection, request) -> connection.json(424, MODEL_ERROR));
        WireGateway gateway =
            new WireGateway(
                """
      targets:
        one: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: "%1$s", credentials: anonymous }
        two: { region: us-east-1, model: %2$s, endpoint: "%1$s", credentials: anonymous }
        three: { region: us-west-2, model: amazon.nova-lite-v1:0, endpoint: "%1$s", credentials: anonymous }
      routes:
        m: { tiers: %3$s, retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none } }
      """
                    .formatted(failing.endpoint(), second, tiers))) {
      HttpResponse<byte[]> answer = gateway.converse();
      assertThat(answer.statusCode()).isEqualTo(424);
      JsonObject error = new JsonObject(WireGateway.text(answer));
      assertThat(error.getInteger("originalStatusCode")).isEqualTo(500);
      assertThat(error.getString("resourceName")).isEqualTo("m");
      return error.getString("message");
    }
  }
}
