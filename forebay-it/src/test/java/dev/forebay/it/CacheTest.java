package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** One answer serves many: later callers, those who ask at the same time, and those in need. */
class CacheTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String UPSTREAM_MODEL = "amazon.nova-lite-v1:0";
  private static final String KEEP = "deadline: 20s, cache: { freshFor: 1h, staleFor: 1h }";
  private static final String KEEP_STALE = "deadline: 20s, cache: { freshFor: 0s, staleFor: 1h }";
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
  private static final String SAME_BODY =
      "{ \"messages\" : [ {\"content\":[{\"text\":\"\\u0048i\"}], \"role\":\"user\"}]}";
  private static final String OTHER_BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Ho\"}]}]}";
  private final Http http = Http.offeringHttp2();

  @Test
  void theSameRequestIsAnsweredOnceWhateverItsSpelling() throws Exception {
    try (OneRoute route = route(KEEP)) {
      HttpResponse<byte[]> first = post(route, "converse", BODY);
      HttpResponse<byte[]> again = post(route, "converse", SAME_BODY);
      HttpResponse<byte[]> other = post(route, "converse", OTHER_BODY);

      assertThat(answer(first)).isEqualTo("primary");
      assertThat(first.headers().firstValue("age")).isEmpty();
      assertThat(answer(again)).isEqualTo("cached");
      assertThat(again.headers().firstValue("age")).hasValue("0");
      assertThat(again.headers().firstValue("x-forebay-attempts")).hasValue("0");
      assertThat(again.headers().firstValue("x-forebay-target")).hasValue("one");
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(answer(other)).isEqualTo("primary");
      assertThat(arrived()).isEqualTo(2);
    }
  }

  @Test
  void aKeptStreamComesAgainAsAStream() throws Exception {
    try (OneRoute route = route(KEEP)) {
      HttpResponse<byte[]> first = post(route, "converse-stream", BODY);
      HttpResponse<byte[]> again = post(route, "converse-stream", BODY);

      assertThat(answer(again)).isEqualTo("cached");
      assertThat(again.headers().firstValue("content-type"))
          .hasValue("application/vnd.amazon.eventstream");
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(arrived()).isEqualTo(1);
    }
  }

  @Test
  void aKeptAnswerOfConverseServesAStreamAndTheOtherWayRound() throws Exception {
    try (OneRoute route = route(KEEP);
        BedrockRuntimeAsyncClient async =
            BedrockRuntimeAsyncClient.builder().endpointOverride(route.endpoint()).build()) {
      ConverseResponse whole = route.client().converse(Calls.converse(OneRoute.MODEL));
      Received stream = new Received();
      async
          .converseStream(Calls.converseStream(OneRoute.MODEL), stream.converse())
          .get(20, TimeUnit.SECONDS);

      assertThat(stream.header("x-forebay-answer")).isEqualTo("cached");
      assertThat(stream.header("Age")).isEqualTo("0");
      assertThat(stream.text()).isEqualTo(whole.output().message().content().getFirst().text());
      assertThat(stream.stopReason()).isEqualTo(whole.stopReasonAsString());
      assertThat(arrived()).isEqualTo(1);
    }
    try (OneRoute route = route(KEEP);
        BedrockRuntimeAsyncClient async =
            BedrockRuntimeAsyncClient.builder().endpointOverride(route.endpoint()).build()) {
      Received stream = new Received();
      async
          .converseStream(Calls.converseStream(OneRoute.MODEL), stream.converse())
          .get(20, TimeUnit.SECONDS);
      ConverseResponse whole = route.client().converse(Calls.converse(OneRoute.MODEL));

      assertThat(Calls.header(whole, "x-forebay-answer")).isEqualTo("cached");
      assertThat(whole.output().message().content().getFirst().text()).isEqualTo(stream.text());
      assertThat(whole.stopReasonAsString()).isEqualTo(stream.stopReason());
      assertThat(whole.usage().outputTokens()).isPositive();
      assertThat(arrived()).isEqualTo(2);
    }
  }

  @Test
  void aWholeAnswerAndAStreamOfInvokeModelAreKeptBesideEachOther() throws Exception {
    try (OneRoute route = route(KEEP)) {
      for (String answer : List.of("primary", "cached")) {
        assertThat(answer(post(route, "invoke", BODY))).isEqualTo(answer);
        assertThat(answer(post(route, "invoke-with-response-stream", BODY))).isEqualTo(answer);
      }
      assertThat(arrived()).isEqualTo(2);
    }
  }

  @Test
  void callersOverHttp2AreCountedOutOnce() throws Exception {
    faults("[{'slowFirstToken': {'delay': '200ms'}}]");
    try (OneRoute route = route(KEEP)) {
      for (String operation : List.of("converse", "converse-stream", "invoke")) {
        List<HttpResponse<byte[]>> all = concurrently(route, operation, 20);
        assertThat(all).extracting(HttpResponse::version).contains(HttpClient.Version.HTTP_2);
      }

      await().untilAsserted(() -> assertThat(status(route)).contains("\"bodyBytes\" : 0,"));
      assertThat(status(route)).contains("\"calls\" : 0,");
    }
  }

  @Test
  void theLastCallerToLeaveEndsTheCall() throws Exception {
    faults("[{'hang': {}}]");
    try (OneRoute route = route(KEEP);
        RawHttp first = new RawHttp(route.gateway().port());
        RawHttp second = new RawHttp(route.gateway().port())) {
      first.send(RawHttp.post("/model/" + OneRoute.MODEL + "/converse", BODY));
      await().until(() -> arrived() == 1);
      second.send(RawHttp.post("/model/" + OneRoute.MODEL + "/converse", BODY));
      await().until(() -> status(route).contains("\"calls\" : 2"));
      first.leave();
      await().until(() -> status(route).contains("\"calls\" : 1"));
      assertThat(stack.arrived(UPSTREAM_MODEL).getFirst().clientLeftAtMs()).isNull();
      second.leave();

      await().until(() -> stack.arrived(UPSTREAM_MODEL).getFirst().clientLeftAtMs() != null);
      await().until(() -> status(route).contains("\"calls\" : 0"));
    }
  }

  @Test
  void duringAnOutageTheLastAnswerServesAndAfterItTheModelDoes() throws Exception {
    try (OneRoute route = route(KEEP_STALE)) {
      ConverseResponse before = route.client().converse(Calls.converse(OneRoute.MODEL));
      faults("[{'outage': {}}]");

      ConverseResponse during = route.client().converse(Calls.converse(OneRoute.MODEL));

      assertThat(Calls.header(during, "x-forebay-answer")).isEqualTo("stale");
      assertThat(Calls.header(during, "Age")).isNotEmpty();
      assertThat(during.output()).isEqualTo(before.output());
      faults("[]");
      assertThat(
              Calls.header(
                  route.client().converse(Calls.converse(OneRoute.MODEL)), "x-forebay-answer"))
          .isEqualTo("primary");
    }
  }

  @Test
  void aRejectedCallIsNeverAnsweredFromTheCache() throws Exception {
    try (OneRoute route = route(KEEP_STALE)) {
      route.client().converse(Calls.converse(OneRoute.MODEL));
      faults("[{'error': {'exception': 'ValidationException'}}]");

      assertThatThrownBy(() -> route.client().converse(Calls.converse(OneRoute.MODEL)))
          .isInstanceOf(ValidationException.class);
    }
  }

  private static void faults(String json) {
    stack.emulator().faults(json.replace('\'', '"'));
  }

  private static OneRoute route(String more) {
    return new OneRoute(stack, stack.emulator().endpoint(), "credentials: anonymous", more);
  }

  private static int arrived() {
    return stack.arrived(UPSTREAM_MODEL).size();
  }

  private List<HttpResponse<byte[]>> concurrently(OneRoute route, String operation, int calls) {
    List<CompletableFuture<HttpResponse<byte[]>>> all =
        new ArrayList<>(
            IntStream.range(0, calls)
                .mapToObj(i -> http.bytesAsync(Http.post(uri(route, operation), BODY)))
                .toList());
    return all.stream().map(CompletableFuture::join).toList();
  }

  private HttpResponse<byte[]> post(
      OneRoute route, String operation, String body, String... control)
      throws IOException, InterruptedException {
    String[] headers =
        Stream.of(control)
            .flatMap(value -> Stream.of("Cache-Control", value))
            .toArray(String[]::new);
    return http.bytes(Http.post(uri(route, operation), body, headers));
  }

  private static URI uri(OneRoute route, String operation) {
    return URI.create(route.endpoint() + "/model/" + OneRoute.MODEL + "/" + operation);
  }

  private String status(OneRoute route) throws IOException, InterruptedException {
    return http.text(Http.get(route.endpoint().resolve("/api/status"))).body();
  }

  private static String answer(HttpResponse<byte[]> response) {
    return Http.header(response, "x-forebay-answer");
  }
}
