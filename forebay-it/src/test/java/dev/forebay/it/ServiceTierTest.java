package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.emulator.Fault;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code targets.*.serviceTier} does to requests, and another tier as a fallback. */
class ServiceTierTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final Http http = new Http();
  private static final String NOVA = "amazon.nova-2-lite-v1:0";
  private static final String CONVERSE =
      "{ \"messages\" : [{\"role\":\"user\",\"content\":[{\"text\":\"H\\u00e9\"}]}] }";
  private static final String CLAUDE =
      """
      {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 10,
       "messages": [{"role": "user", "content": "Hi"}]}""";
  private static final String NOVA_BODY =
      "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hi\"}]}]}";
  private static final String ANSWER =
      """
      {"output": {"message": {"role": "assistant", "content": [{"text": "Yes."}]}},
       "stopReason": "end_turn", "metrics": {"latencyMs": 1}, "serviceTier": {"type": "flex"},
       "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}}""";

  @ParameterizedTest
  @ValueSource(strings = {"converse", "converse-stream"})
  void converseHasTheTierInItsBodyAndNoOtherByteChanges(String operation) throws Exception {
    try (ScriptedBedrock upstream = ScriptedBedrock.answering(ANSWER)) {
      call(upstream.endpoint(), ", serviceTier: flex", NOVA, operation, CONVERSE, "");
      assertThat(upstream.lastBody())
          .isEqualTo("{\"serviceTier\":{\"type\":\"flex\"}," + CONVERSE.substring(1));
      assertThat(upstream.lastHeader("X-Amzn-Bedrock-Service-Tier")).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"invoke", "invoke-with-response-stream"})
  void invokeModelHasTheTierInAHeaderAndItsBodyAsItCame(String operation) throws Exception {
    try (ScriptedBedrock upstream = ScriptedBedrock.answering(ANSWER)) {
      call(upstream.endpoint(), ", serviceTier: reserved", NOVA, operation, NOVA_BODY, "priority");
      assertThat(upstream.lastHeader("X-Amzn-Bedrock-Service-Tier")).isEqualTo("reserved");
      assertThat(upstream.lastBody()).isEqualTo(NOVA_BODY);
    }
  }

  @Test
  void withoutATierOfTheTargetTheCallersStays() throws Exception {
    try (ScriptedBedrock upstream = ScriptedBedrock.answering(ANSWER)) {
      String asked = "{\"serviceTier\": {\"type\": \"flex\"}, \"messages\": []}";
      call(upstream.endpoint(), "", NOVA, "converse", asked, "");
      assertThat(upstream.lastBody()).isEqualTo(asked);
      call(upstream.endpoint(), "", NOVA, "invoke", NOVA_BODY, "priority");
      assertThat(upstream.lastHeader("X-Amzn-Bedrock-Service-Tier")).isEqualTo("priority");
    }
  }

  @Test
  void countTokensHasNoTier() throws Exception {
    try (ScriptedBedrock upstream = ScriptedBedrock.answering("{\"inputTokens\": 3}")) {
      String asked = "{\"input\": {\"converse\": " + CONVERSE + "}}";
      call(upstream.endpoint(), ", serviceTier: flex", NOVA, "count-tokens", asked, "");
      assertThat(upstream.lastBody()).isEqualTo(asked);
      assertThat(upstream.lastHeader("X-Amzn-Bedrock-Service-Tier")).isNull();
    }
  }

  @Test
  void aTranslatedCallHasTheTargetsTierAndItsAnswerTellsIt() throws Exception {
    try (ScriptedBedrock upstream = ScriptedBedrock.answering(ANSWER)) {
      String route = "anthropic.claude-sonnet-4-6";
      HttpResponse<String> answer =
          call(upstream.endpoint(), ", serviceTier: flex", route, "invoke", CLAUDE, "priority");
      assertThat(upstream.lastPath()).endsWith("/converse");
      assertThat(new JsonObject(upstream.lastBody()).getJsonObject("serviceTier"))
          .isEqualTo(new JsonObject("{\"type\": \"flex\"}"));
      assertThat(answer.headers().firstValue("X-Amzn-Bedrock-Service-Tier")).contains("flex");
    }
  }

  @ParameterizedTest
  @CsvSource({"converse, flex", "invoke, flex", "converse, priority", "invoke, priority"})
  void anotherTierOfTheSameModelIsAFallback(String operation, String first) throws Exception {
    stack
        .emulator()
        .faults(Fault.parse("[{\"serviceTier\": \"" + first + "\", \"unavailable\": {}}]"));
    Gateway gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  first: { region: us-east-1, model: %1$s, endpoint: "%2$s", credentials: anonymous, serviceTier: %3$s }
                  second: { region: us-east-1, model: %1$s, endpoint: "%2$s", credentials: anonymous, serviceTier: default }
                routes:
                  %1$s: { tiers: [[first], [second]], retry: { maxAttempts: 1, baseDelay: 1ms, jitter: none } }
                """
                    .formatted(NOVA, stack.emulator().endpoint(), first),
                "tiers.yaml",
                Map.of()));
    try {
      HttpResponse<String> answer =
          post(gateway, NOVA, operation, operation.equals("invoke") ? NOVA_BODY : CONVERSE, "");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-forebay-target")).contains("second");
      assertThat(answer.headers().firstValue("x-forebay-answer")).contains("fallback");
    } finally {
      gateway.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static HttpResponse<String> call(
      String upstream, String target, String route, String operation, String body, String tier)
      throws IOException, InterruptedException {
    Gateway gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  one: { region: us-east-1, model: %s, endpoint: "%s", credentials: anonymous%s }
                routes:
                  %s: { tiers: [[one]], retry: { maxAttempts: 1, baseDelay: 1ms, jitter: none } }
                """
                    .formatted(NOVA, upstream, target, route),
                "tier.yaml",
                Map.of()));
    try {
      return post(gateway, route, operation, body, tier);
    } finally {
      gateway.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static HttpResponse<String> post(
      Gateway gateway, String model, String operation, String body, String tier)
      throws IOException, InterruptedException {
    String[] headers =
        tier.isEmpty() ? new String[0] : new String[] {"X-Amzn-Bedrock-Service-Tier", tier};
    return http.text(
        Http.postJson(
            Http.local(gateway.port(), "/model/%s/%s".formatted(model, operation)), body, headers));
  }
}
