package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;

/** The same key of the same caller: the same answer, made once. On calls answered directly. */
class IdempotencyKeyTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String UPSTREAM_MODEL = "amazon.nova-lite-v1:0";
  private static final String PLAIN = "deadline: 20s";
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
  private static final String SAME_BODY =
      "{ \"messages\" : [ {\"content\":[{\"text\":\"\\u0048i\"}], \"role\":\"user\"}]}";
  private final Http http = new Http();

  @ParameterizedTest
  @ValueSource(strings = {"converse", "converse-stream", "invoke", "invoke-with-response-stream"})
  void theSameRequestWithTheSameKeyIsMadeOnceAndAnsweredAlike(String operation) throws Exception {
    try (OneRoute route = route(PLAIN)) {
      HttpResponse<byte[]> first = post(route, operation, "k", BODY);
      HttpResponse<byte[]> again = post(route, operation, "k", SAME_BODY);
      HttpResponse<byte[]> other = post(route, operation, "k2", BODY);
      HttpResponse<byte[]> without = post(route, operation, null, BODY);

      assertThat(answer(first)).isEqualTo("primary");
      assertThat(answer(again)).isEqualTo("cached");
      assertThat(again.headers().firstValue("age")).hasValue("0");
      assertThat(again.headers().firstValue("x-forebay-attempts")).hasValue("0");
      assertThat(again.headers().firstValue("content-type"))
          .isEqualTo(first.headers().firstValue("content-type"));
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(answer(other)).isEqualTo("primary");
      assertThat(answer(without)).isEqualTo("primary");
      assertThat(arrived()).isEqualTo(3);
    }
  }

  @Test
  void theSdksClientsGetTheSameAnswerAsAStreamToo() throws Exception {
    try (OneRoute route = route(PLAIN);
        BedrockRuntimeAsyncClient async =
            BedrockRuntimeAsyncClient.builder().endpointOverride(route.endpoint()).build()) {
      ConverseRequest call = keyed(Calls.converse(OneRoute.MODEL), "whole");
      ConverseResponse first = route.client().converse(call);
      ConverseResponse again = route.client().converse(call);
      assertThat(Calls.header(again, "x-forebay-answer")).isEqualTo("cached");
      assertThat(again.output()).isEqualTo(first.output());
      ConverseRequest another =
          Calls.converse(OneRoute.MODEL).toBuilder().messages(Calls.userSays("Else")).build();
      assertThatThrownBy(() -> route.client().converse(keyed(another, "whole")))
          .isInstanceOf(BedrockRuntimeException.class)
          .hasMessageContaining("Idempotency-Key");

      ConverseStreamRequest stream = keyed(Calls.converseStream(OneRoute.MODEL), "stream");
      List<Received> both = List.of(new Received(), new Received());
      for (Received one : both) {
        async.converseStream(stream, one.converse()).get(20, TimeUnit.SECONDS);
      }
      assertThat(both.getLast().header("x-forebay-answer")).isEqualTo("cached");
      assertThat(both.getLast().text()).isNotEmpty().isEqualTo(both.getFirst().text());
      assertThat(arrived()).isEqualTo(2);
    }
  }

  @Test
  void aKeyIsItsCallersAlone() throws Exception {
    try (KeyedGateway gateway = new KeyedGateway(stack)) {
      ConverseRequest call = keyed(Calls.converse(KeyedGateway.CHAT), "k");
      for (String secret : List.of(KeyedGateway.WEB_SECRET, KeyedGateway.ADMIN_SECRET)) {
        try (var client = gateway.bearerClient(secret)) {
          assertThat(Calls.header(client.converse(call), "x-forebay-answer")).isEqualTo("primary");
          assertThat(Calls.header(client.converse(call), "x-forebay-answer")).isEqualTo("cached");
        }
      }
      assertThat(arrived()).isEqualTo(2);
    }
  }

  @Test
  void noStoreSharesWhatIsUnderWayAndKeepsNothing() throws Exception {
    try (OneRoute route = route(PLAIN)) {
      for (int i = 1; i <= 2; i++) {
        HttpResponse<byte[]> answer =
            http.bytes(
                Http.post(
                    uri(route, "converse"),
                    BODY,
                    "Idempotency-Key",
                    "k",
                    "Cache-Control",
                    "no-store"));
        assertThat(answer(answer)).isEqualTo("primary");
        assertThat(arrived()).isEqualTo(i);
      }
      assertThat(status(route)).containsPattern("\"idempotency\" : \\{[^}]*\"entries\" : 0");
    }
  }

  @Test
  void aKeyThatIsNoneIsRefused() throws Exception {
    try (OneRoute route = route(PLAIN)) {
      for (String key : List.of(" ", "x".repeat(256))) {
        HttpResponse<byte[]> refused = post(route, "converse", key, BODY);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
            .contains("Idempotency-Key must have 1 to 255 characters");
      }
      assertThat(arrived()).isZero();
    }
  }

  private static ConverseRequest keyed(ConverseRequest call, String key) {
    return call.toBuilder().overrideConfiguration(o -> o.putHeader("Idempotency-Key", key)).build();
  }

  private static ConverseStreamRequest keyed(ConverseStreamRequest call, String key) {
    return call.toBuilder().overrideConfiguration(o -> o.putHeader("Idempotency-Key", key)).build();
  }

  private static OneRoute route(String more) {
    return new OneRoute(stack, stack.emulator().endpoint(), "credentials: anonymous", more);
  }

  private static int arrived() {
    return stack.arrived(UPSTREAM_MODEL).size();
  }

  private HttpResponse<byte[]> post(
      OneRoute route, String operation, @Nullable String key, String body)
      throws IOException, InterruptedException {
    String[] headers = key == null ? new String[0] : new String[] {"Idempotency-Key", key};
    return http.bytes(Http.post(uri(route, operation), body, headers));
  }

  private static URI uri(OneRoute route, String operation) {
    return route.endpoint().resolve("/model/" + OneRoute.MODEL + "/" + operation);
  }

  private String status(OneRoute route) throws IOException, InterruptedException {
    return http.text(Http.get(route.endpoint().resolve("/api/status"))).body();
  }

  private static String answer(HttpResponse<byte[]> response) {
    return Http.header(response, "x-forebay-answer");
  }
}
