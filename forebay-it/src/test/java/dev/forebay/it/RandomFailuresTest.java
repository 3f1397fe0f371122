package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.Http;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Over the wire: a single target that fails at random answers as many calls as five independent
 * attempts would, less two points, and all again as soon as it works.
 */
class RandomFailuresTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final int CALLERS = 8;
  private static final int CALLS_EACH = 40;
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  private final Http http = new Http();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "10 | 'unavailable': {}",
        "20 | 'error': { 'exception': 'InternalServerException' }",
        "30 | 'outage': {}",
        "40 | 'unavailable': {}",
        "45 | 'error': { 'exception': 'InternalServerException' }",
        "45 | 'unavailable': {}"
      })
  void answersAsManyCallsAsIndependentAttempts(int percent, String effect) {
    try (OneRoute route = new OneRoute(stack)) {
      String fault = "[{ 'probability': %s, %s }]".formatted(percent / 100.0, effect);
      stack.emulator().faults(fault.replace('\'', '"'));

      double independent = 1 - Math.pow(percent / 100.0, 5);
      int calls = CALLERS * CALLS_EACH;
      double chance = 2.5 * Math.sqrt(independent * (1 - independent) / calls);
      assertThat((double) answered(route.endpoint(), OneRoute.MODEL) / calls)
          .isGreaterThan(independent - 0.02 - chance);
      stack.emulator().faults("[]");
      assertThat(answered(route.endpoint(), OneRoute.MODEL)).as("recovered").isEqualTo(calls);
    }
  }

  @Test
  void twoDeadTiersLeaveAnAttemptForTheThird() throws Exception {
    Gateway gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  dead1: { region: us-east-1, model: "amazon.nova-lite-v1:0", endpoint: "%1$s", credentials: anonymous }
                  dead2: { region: us-east-1, model: "amazon.nova-micro-v1:0", endpoint: "%1$s", credentials: anonymous }
                  good: { region: us-east-1, model: "amazon.nova-pro-v1:0", endpoint: "%1$s", credentials: anonymous }
                routes:
                  m: { tiers: [[dead1], [dead2], [good]] }
                """
                    .formatted(stack.emulator().endpoint()),
                "tiers.yaml",
                Map.of()));
    String faults =
        "[{ 'model': 'amazon.nova-lite-v1:0', 'unavailable': {} },"
            + " { 'model': 'amazon.nova-micro-v1:0', 'unavailable': {} }]";
    stack.emulator().faults(faults.replace('\'', '"'));
    try {
      URI endpoint = URI.create("http://127.0.0.1:" + gateway.port());
      for (int i = 0; i < 5; i++) {
        HttpResponse<String> answer = call(endpoint, "m").join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-forebay-target")).contains("good");
      }
    } finally {
      gateway.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private int answered(URI endpoint, String route) {
    List<CompletableFuture<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(calls(endpoint, route, CALLS_EACH));
    }
    return callers.stream().mapToInt(CompletableFuture::join).sum();
  }

  private CompletableFuture<Integer> calls(URI endpoint, String route, int left) {
    return left == 0
        ? CompletableFuture.completedFuture(0)
        : call(endpoint, route)
            .thenCompose(
                answer ->
                    calls(endpoint, route, left - 1)
                        .thenApply(more -> more + (answer.statusCode() == 200 ? 1 : 0)));
  }

  private CompletableFuture<HttpResponse<String>> call(URI endpoint, String route) {
    return http.textAsync(Http.post(endpoint.resolve("/model/%s/converse".formatted(route)), BODY));
  }
}
