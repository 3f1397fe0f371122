package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;

/**
 * An outage of everything, seen by the AWS SDK's clients: every operation on every family goes on
 * being answered, nothing is sent but probes, and afterwards the models answer again.
 */
class OutageTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String WORDS = "We are busy.";

  /** What the routes have for an outage, and how its answers are labelled. */
  enum Degraded {
    CACHED("cache: { freshFor: 1h, staleFor: 1h }"),
    STALE("cache: { freshFor: 0s, staleFor: 1h }"),
    CANNED("degraded: { message: \"" + WORDS + "\" }");

    private final String keys;

    Degraded(String keys) {
      this.keys = keys;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A family by one of its models, a body for it, and where the text is in its answer. */
  enum Family {
    ANTHROPIC(Stack.ALONE, Calls.CLAUDE_BODY, "/content/0/text"),
    NOVA(
        "amazon.nova-lite-v1:0",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}",
        "/output/message/content/0/text"),
    LLAMA("meta.llama3-8b-instruct-v1:0", "{\"prompt\":\"Hi\"}", "/generation"),
    MISTRAL("mistral.mistral-7b-instruct-v0:2", "{\"prompt\":\"Hi\"}", "/outputs/0/text"),
    TITAN("amazon.titan-text-express-v1", "{\"inputText\":\"Hi\"}", "/results/0/outputText");

    private final String model;
    private final String body;
    private final String place;

    Family(String model, String body, String place) {
      this.model = model;
      this.body = body;
      this.place = place;
    }
  }

  /** What a client was given: the labels, and what the model said. */
  private record Given(String answer, String age, String text) {
    static Given of(SdkResponse response, String text) {
      return new Given(
          Calls.header(response, "x-forebay-answer"), Calls.header(response, "Age"), text);
    }

    static Given of(Received received, String text) {
      return new Given(received.header("x-forebay-answer"), received.header("Age"), text);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyOperationOfEveryFamilyIsAnsweredAndNothingIsSent(Degraded degraded) throws Exception {
    try (OutageClients clients = new OutageClients(degraded, "60s")) {
      Map<String, Given> before = clients.all();
      assertThat(before).allSatisfy((call, given) -> assertThat(given.text).as(call).isNotEmpty());
      stack.emulator().faults("[{\"outage\": {}}]");

      assertLabelled(clients.all(), before, degraded);
      int learnt = arrived();
      assertLabelled(clients.all(), before, degraded);

      assertThat(arrived()).as("sent while the circuits were open").isEqualTo(learnt);
      if (degraded == Degraded.CACHED) {
        assertThat(learnt).as("sent for what is kept").isEqualTo(warmed());
      }
      assertThat(clients.counted(degraded.label())).isGreaterThanOrEqualTo(2L * before.size());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STALE", "CANNED"})
  void probesAloneAreSentAndAfterTheOutageTheModelsAnswer(Degraded degraded) throws Exception {
    try (OutageClients clients = new OutageClients(degraded, "400ms")) {
      Map<String, Given> before = clients.all();
      stack.emulator().faults("[{\"outage\": {}}]");
      clients.all();
      int learnt = arrived(Family.NOVA);
      int calls = 0;
      while (arrived(Family.NOVA) < learnt + 3) {
        assertThat(clients.converse(Family.NOVA).answer).isEqualTo(degraded.label());
        calls++;
      }

      assertThat(calls).as("calls for three probes").isGreaterThan(10);
      List<Long> times = stack.arrived(Family.NOVA.model).stream().map(r -> r.arrivedMs()).toList();
      for (int i = times.size() - 2; i < times.size(); i++) {
        assertThat(times.get(i) - times.get(i - 1)).as("time between probes").isGreaterThan(190);
      }

      stack.emulator().faults("[]");
      for (Family family : Family.values()) {
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> clients.converse(family).answer.equals("primary"));
      }
      Map<String, Given> after = clients.all();
      assertThat(after.keySet()).isEqualTo(before.keySet());
      assertThat(after)
          .allSatisfy((call, given) -> assertThat(given.answer).as(call).isEqualTo("primary"));
    }
  }

  @Test
  void fiftyEqualCallsDuringAnOutageLearnOfItOnce() throws Exception {
    try (OutageClients clients = new OutageClients(Degraded.STALE, "60s")) {
      clients.converse(Family.NOVA);
      stack.emulator().faults("[{\"outage\": {}}]");
      int before = arrived();

      List<CompletableFuture<ConverseResponse>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        calls.add(clients.async.converse(Calls.converse(Family.NOVA.model)));
      }
      for (CompletableFuture<ConverseResponse> call : calls) {
        assertThat(Calls.header(call.get(20, TimeUnit.SECONDS), "x-forebay-answer"))
            .isEqualTo("stale");
      }

      // Five or six failures open the circuit, of each call at most two of its five attempts.
      assertThat(arrived() - before).isLessThanOrEqualTo(15);
    }
  }

  private static void assertLabelled(
      Map<String, Given> during, Map<String, Given> before, Degraded degraded) {
    assertThat(during.keySet()).isEqualTo(before.keySet());
    List<String> texts = before.values().stream().map(Given::text).toList();
    during.forEach(
        (call, given) -> {
          assertThat(given.answer).as(call).isEqualTo(degraded.label());
          if (degraded == Degraded.CANNED) {
            assertThat(given.text).as(call).contains(WORDS);
          } else {
            assertThat(texts).as(call).contains(given.text);
            assertThat(given.age).as(call).matches("\\d+");
          }
        });
  }

  private static String text(ConverseResponse answer) {
    return answer.output().message().content().getFirst().text();
  }

  private static String text(Family family, InvokeModelResponse answer) {
    return String.valueOf(
        JsonPointer.from(family.place).queryJson(new JsonObject(answer.body().asUtf8String())));
  }

  /** Of each family Converse, which serves its stream as well, InvokeModel and its stream. */
  private static int warmed() {
    return 3 * Family.values().length;
  }

  private static int arrived() {
    return stack.emulator().stats().recent().size();
  }

  private static int arrived(Family family) {
    return stack.arrived(family.model).size();
  }

  /** A gateway with a route for each family, and the clients that call it. */
  private static final class OutageClients implements AutoCloseable {
    private final Gateway gateway;
    private final BedrockRuntimeClient client;
    private final BedrockRuntimeAsyncClient async;

    OutageClients(Degraded degraded, String openFor) {
      StringBuilder targets = new StringBuilder();
      StringBuilder routes = new StringBuilder();
      for (Family family : Family.values()) {
        targets.append(
            "  %s: { region: us-east-1, model: \"%s\", endpoint: \"%s\", credentials: anonymous }\n"
                .formatted(family, family.model, stack.emulator().endpoint()));
        routes.append(
            """
              "%s":
                tiers: [[%s]]
                retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none }
                breaker: { openFor: %s }
                %s
            """
                .formatted(family.model, family, openFor, degraded.keys));
      }
      gateway =
          stack.start(
              ConfigFile.parse(
                  "server: { port: 0 }\ntargets:\n" + targets + "routes:\n" + routes,
                  "outage.yaml",
                  Map.of()));
      URI endpoint = URI.create("http://127.0.0.1:" + gateway.port());
      client = BedrockRuntimeClient.builder().endpointOverride(endpoint).build();
      async = BedrockRuntimeAsyncClient.builder().endpointOverride(endpoint).build();
    }

    /** Every operation on every family, by both clients, where a client has it. */
    private Map<String, Given> all() throws Exception {
      Map<String, Given> all = new LinkedHashMap<>();
      for (Family family : Family.values()) {
        all.put(family + " converse", converse(family));
        ConverseResponse later =
            async.converse(Calls.converse(family.model)).get(20, TimeUnit.SECONDS);
        all.put(family + " converse, async", Given.of(later, text(later)));
        all.put(family + " converse-stream", converseStream(family));
        InvokeModelResponse invoked =
            client.invokeModel(
                r -> r.modelId(family.model).body(SdkBytes.fromUtf8String(family.body)));
        all.put(family + " invoke", Given.of(invoked, text(family, invoked)));
        InvokeModelResponse asynchronously =
            async
                .invokeModel(
                    r -> r.modelId(family.model).body(SdkBytes.fromUtf8String(family.body)))
                .get(20, TimeUnit.SECONDS);
        all.put(family + " invoke, async", Given.of(asynchronously, text(family, asynchronously)));
        all.put(family + " invoke-with-response-stream", invokeStream(family));
      }
      return all;
    }

    private Given converse(Family family) {
      ConverseResponse answer = client.converse(Calls.converse(family.model));
      return Given.of(answer, text(answer));
    }

    private Given converseStream(Family family) throws Exception {
      Received received = new Received();
      async
          .converseStream(Calls.converseStream(family.model), received.converse())
          .get(20, TimeUnit.SECONDS);
      assertThat(received.stopReason()).isEqualTo("end_turn");
      return Given.of(received, received.text());
    }

    private Given invokeStream(Family family) throws Exception {
      Received received = new Received();
      async
          .invokeModelWithResponseStream(
              r -> r.modelId(family.model).body(SdkBytes.fromUtf8String(family.body)),
              received.invoke())
          .get(20, TimeUnit.SECONDS);
      assertThat(received.chunks().getLast()).contains("amazon-bedrock-invocationMetrics");
      return Given.of(received, String.join("", received.chunks()));
    }

    /** How many calls the metrics have with that label, of all routes. */
    private long counted(String answer) throws Exception {
      return Http.page(Http.local(gateway.port(), "/metrics"))
          .lines()
          .filter(line -> line.startsWith("forebay_requests_total{answer=\"" + answer + "\""))
          .map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .collect(Collectors.summingLong(count -> (long) Double.parseDouble(count)));
    }

    @Override
    public void close() {
      client.close();
      async.close();
      gateway.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
