package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cli.TelemetryAssembly;
import dev.forebay.client.Forebay;
import dev.forebay.cluster.SharedQuotas;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.FreePort;
import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.embedded.RedisServer;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/** Two gateways with SDK clients, and a program, share answers and keys through a real Redis. */
class SharedAnswersTest {
  private static final String MODEL = "amazon.nova-lite-v1:0";
  private static final String CALLS = "cache: { freshFor: 1h, shared: calls }";
  private static final String KEYS = "idempotency: { shared: true }";

  @RegisterExtension static final Stack stack = new Stack();

  private final List<AutoCloseable> open = new ArrayList<>();
  private RedisServer redis;
  private int port;

  /** A gateway of the cluster, with a client. */
  private record Member(Gateway gateway, SharedQuotas shared, BedrockRuntimeClient client) {}

  @BeforeEach
  void start() throws IOException {
    port = FreePort.find();
    redis = RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
    redis.start();
    open.add(redis::stop);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private GatewayConfig config(String more, int keyByte) {
    byte[] key = new byte[32];
    key[0] = (byte) keyByte;
    return ConfigFile.parse(
        """
        server: { port: 0 }
        cluster: { url: "redis://127.0.0.1:%d", encryptionKey: "${KEY}" }
        targets:
          one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
        routes: { "%2$s": { tiers: [[one]], deadline: 10s, %4$s } }
        """
            .formatted(port, MODEL, stack.emulator().endpoint(), more),
        "shared.yaml",
        Map.of("KEY", Base64.getEncoder().encodeToString(key)));
  }

  private Member member(String more) {
    return member(config(more, 1));
  }

  private Member member(GatewayConfig config) {
    Journeys journeys = new Journeys();
    TelemetryAssembly watching = stack.watch(config, journeys);
    Gateway gateway =
        stack.start(config, journeys, watching, JourneyListener.NONE, Optional.empty());
    open.add(() -> gateway.close().toCompletionStage().toCompletableFuture().join());
    SharedQuotas shared =
        SharedQuotas.join(
            config.cluster().orElseThrow(),
            "gateway",
            config.targets().values(),
            journeys.targets(),
            Ticker.system());
    open.add(shared);
    gateway.watch(shared::reading);
    gateway.share(shared.answers());
    watching.watchAnswers(shared.answers()::reading);
    shared.prepareAnswers();
    await().until(() -> shared.answers().reading().reachable());
    BedrockRuntimeClient client =
        BedrockRuntimeClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + gateway.port()))
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    open.add(client);
    return new Member(gateway, shared, client);
  }

  private static ConverseRequest says(String text) {
    return Calls.converse(MODEL).toBuilder().messages(Calls.userSays(text)).build();
  }

  private static ConverseRequest keyed(String text, String key) {
    return says(text).toBuilder()
        .overrideConfiguration(o -> o.putHeader("Idempotency-Key", key))
        .build();
  }

  private static String answer(ConverseResponse response) {
    return Calls.header(response, "x-forebay-answer");
  }

  private static int arrived() {
    return stack.arrived(MODEL).size();
  }

  @Test
  void anAnswerOfOneGatewayServesInAnotherAndInAProgram() throws Exception {
    Member here = member(CALLS);
    Member there = member(CALLS);
    ConverseResponse first = here.client().converse(Calls.converse(MODEL));
    await().until(() -> here.shared().answers().reading().kept() == 1);
    ConverseResponse second = there.client().converse(Calls.converse(MODEL));
    assertThat(answer(first)).isEqualTo("primary");
    assertThat(answer(second)).isEqualTo("cached");
    assertThat(Calls.header(second, "Age")).isNotEmpty();
    assertThat(second.output()).isEqualTo(first.output());
    try (Forebay program = Forebay.builder().config(config(CALLS, 1)).build()) {
      // Its first call finds nothing, as it connects with it.
      AtomicInteger number = new AtomicInteger();
      await()
          .until(
              () -> {
                ConverseRequest call = says("Text " + number.incrementAndGet());
                here.client().converse(call);
                await().until(() -> here.shared().answers().reading().kept() > number.get());
                return answer(program.bedrockRuntime().converse(call)).equals("cached");
              });
    }
    Member rotated = member(config(CALLS, 2));
    assertThat(answer(rotated.client().converse(Calls.converse(MODEL))))
        .as("with another key")
        .isEqualTo("primary");
    assertThat(get(there, "/metrics"))
        .contains("forebay_cluster_answers_total{result=\"hit\"} 1.0")
        .contains("forebay_cluster_answers_up 1.0");
    assertThat(get(there, "/api/status"))
        .contains("\"learning\" : ", "\"windowed\" : false")
        .containsPattern("\"answers\" : \\{[^}]*\"reachable\" : true,[^}]*\"hits\" : 1,");
  }

  private static String get(Member from, String path) throws Exception {
    return Http.page(Http.local(from.gateway().port(), path), "Accept", "text/plain");
  }

  @Test
  void equalCallsAtTwoGatewaysReachTheModelOnce() throws Exception {
    Member here = member(CALLS);
    Member there = member(CALLS);
    stack.emulator().faults("[{\"slowFirstToken\": {\"delay\": \"800ms\"}}]");
    CompletableFuture<ConverseResponse> first =
        CompletableFuture.supplyAsync(() -> here.client().converse(Calls.converse(MODEL)));
    await().until(() -> arrived() == 1);
    ConverseResponse second = there.client().converse(Calls.converse(MODEL));

    assertThat(answer(second)).isEqualTo("cached");
    assertThat(second.output()).isEqualTo(first.get(5, TimeUnit.SECONDS).output());
    assertThat(arrived()).isEqualTo(1);
    assertThat(there.shared().answers().reading().waits()).isEqualTo(1);
  }

  @Test
  void aKeyCountsAtBothGateways() throws Exception {
    Member here = member(KEYS);
    Member there = member(KEYS);
    stack.emulator().faults("[{\"slowFirstToken\": {\"delay\": \"800ms\"}}]");
    CompletableFuture<ConverseResponse> first =
        CompletableFuture.supplyAsync(() -> here.client().converse(keyed("Hi", "k")));
    await().until(() -> arrived() == 1);
    assertThatThrownBy(() -> there.client().converse(keyed("Ho", "k")))
        .isInstanceOf(BedrockRuntimeException.class)
        .hasMessageContaining("The Idempotency-Key was used for a different request");
    ConverseResponse waited = there.client().converse(keyed("Hi", "k"));
    Member later = member(KEYS);
    ConverseResponse again = later.client().converse(keyed("Hi", "k"));
    assertThatThrownBy(() -> later.client().converse(keyed("Ho", "k")))
        .isInstanceOf(BedrockRuntimeException.class)
        .hasMessageContaining("The Idempotency-Key was used for a different request");

    assertThat(List.of(answer(waited), answer(again))).containsOnly("cached");
    assertThat(List.of(waited.output(), again.output()))
        .containsOnly(first.get(5, TimeUnit.SECONDS).output());
    assertThat(arrived()).isEqualTo(1);
  }

  @Test
  void withoutTheStoreEachGatewayGoesOnAlone() throws Exception {
    Member here = member(CALLS + ", " + KEYS);
    redis.stop();
    Duration most = Duration.ofSeconds(2);
    for (int i = 0; i < 20; i++) {
      String key = "k" + i;
      ConverseRequest call = keyed("Hello " + i, key);
      assertThat(CompletableFuture.supplyAsync(() -> here.client().converse(call)))
          .succeedsWithin(most);
      assertThat(answer(here.client().converse(call))).as("its own answer").isEqualTo("cached");
    }
    assertThat(here.shared().answers().reading().reachable()).isFalse();
    assertThat(here.shared().answers().reading().lastFailure()).isNotEmpty();
    redis.start();
    AtomicInteger tries = new AtomicInteger();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              here.client().converse(keyed("Again", "again-" + tries.incrementAndGet()));
              return here.shared().answers().reading().reachable();
            });
  }
}
