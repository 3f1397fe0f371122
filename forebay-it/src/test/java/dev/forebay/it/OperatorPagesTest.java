package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages that a load balancer and Prometheus read. */
class OperatorPagesTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void theGatewayIsHealthyAndReady() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void metricsCountCallsAttemptsFallbacksAndTokens() throws Exception {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(Stack.PRIMARY));
    long tokens = stack.client().converse(Calls.converse(Stack.MODEL)).usage().outputTokens();

    assertThat(get("/metrics").body().lines())
        .contains(
            "forebay_requests_total{answer=\"fallback\",route=\"" + Stack.MODEL + "\"} 1.0",
            "forebay_attempts_total{outcome=\"failed\",target=\"primary\"} 1.0",
            "forebay_attempts_total{outcome=\"succeeded\",target=\"fallback\"} 1.0",
            "forebay_fallbacks_total{route=\"" + Stack.MODEL + "\"} 1.0",
            "forebay_tokens_total{kind=\"output\",target=\"fallback\"} " + (double) tokens)
        .anyMatch(line -> line.startsWith("forebay_request_seconds_bucket"));
  }

  private static HttpResponse<String> get(String path) throws Exception {
    try (Http http = new Http()) {
      return http.text(Http.get(URI.create(stack.endpoint() + path)));
    }
  }
}
