package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cluster.SharedQuotas;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.it.process.PostgresServer;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import dev.forebay.testkit.FreePort;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/**
 * One {@code Idempotency-Key} at two gateways that share a job store in PostgreSQL and a Redis: of
 * jobs it is in the one, of direct calls in the other.
 */
class KeyAcrossStoresTest {
  private static final String MODEL = "amazon.nova-lite-v1:0";
  private static final int CALLS = 12;

  @RegisterExtension static final Stack stack = new Stack();

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Http http = new Http();
  private PostgresServer postgres;
  private int redis;
  private List<URI> gateways;

  @BeforeEach
  void start() throws IOException {
    open.add(http);
    postgres = new PostgresServer(folder);
    open.add(postgres);
    redis = FreePort.find();
    RedisServer server =
        RedisServer.newRedisServer().port(redis).bind("127.0.0.1").setting("save \"\"").build();
    server.start();
    open.add(server::stop);
    gateways = List.of(gateway(), gateway());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private URI gateway() {
    GatewayConfig config =
        ConfigFile.parse(
            """
            server: { port: 0 }
            cluster: { url: "redis://127.0.0.1:%d" }
            jobs: { store: "sqlite:elsewhere" }
            targets:
              one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
            routes:
              "%2$s":
                tiers: [[one]]
                deadline: 10s
                queue: { expireAfter: 1h }
                idempotency: { shared: true }
            """
                .formatted(redis, MODEL, stack.emulator().endpoint()),
            "keys.yaml",
            Map.of());
    JobStore store =
        JobStores.open(postgres.url("secret"), StoreLimits.DEFAULTS, QueuedGateway::now);
    open.add(store);
    Journeys journeys = new Journeys();
    Gateway gateway =
        stack.start(
            config,
            journeys,
            stack.watch(config, journeys),
            JourneyListener.NONE,
            Optional.of(store));
    open.add(() -> gateway.close().toCompletionStage().toCompletableFuture().join());
    SharedQuotas shared =
        SharedQuotas.join(
            config.cluster().orElseThrow(),
            "gateway",
            config.targets().values(),
            journeys.targets(),
            Ticker.system());
    open.add(shared);
    gateway.share(shared.answers());
    shared.prepareAnswers();
    await().until(() -> shared.answers().reading().reachable());
    return URI.create("http://127.0.0.1:" + gateway.port());
  }

  @Test
  void jobsAndDirectCallsWithOneKeyAreApartAndEachIsOneAtBothGateways() throws Exception {
    List<String> jobs =
        IntStream.range(0, CALLS)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> post(i % 2, "Hi", "respond-async")))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .peek(accepted -> assertThat(accepted.statusCode()).isEqualTo(202))
            .map(accepted -> accepted.headers().firstValue("location").orElseThrow())
            .distinct()
            .toList();
    assertThat(jobs).as("one job").hasSize(1);
    for (int at : List.of(0, 1)) {
      assertThat(post(at, "Ho", "respond-async").statusCode()).isEqualTo(409);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(get(at, jobs.getFirst()).getString("state")).isEqualTo("done"));
    }
    assertThat(arrived()).as("the job's call").isEqualTo(1);

    stack.emulator().faults("[{\"slowFirstToken\": {\"delay\": \"800ms\"}}]");
    List<HttpResponse<byte[]>> direct =
        IntStream.range(0, CALLS)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> post(i % 2, "Hi", "respond")))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    assertThat(direct).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
    assertThat(direct.stream().map(answer -> new String(answer.body(), UTF_8)).distinct())
        .as("one answer")
        .hasSize(1);
    assertThat(arrived()).as("the job's call and one other").isEqualTo(2);
    for (int at : List.of(0, 1)) {
      assertThat(post(at, "Ho", "respond").statusCode()).isEqualTo(409);
    }
    assertThat(arrived()).isEqualTo(2);
  }

  private static int arrived() {
    return stack.arrived(MODEL).size();
  }

  /** With the one key of this test. */
  private HttpResponse<byte[]> post(int at, String says, String preference) {
    try {
      return http.bytes(
          Http.postJson(
              gateways.get(at).resolve("/model/" + MODEL + "/converse"),
              "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"" + says + "\"}]}]}",
              "Idempotency-Key",
              "order-4711",
              "prefer",
              preference));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private JsonObject get(int at, String path) throws IOException, InterruptedException {
    return QueuedGateway.json(http.bytes(Http.get(gateways.get(at).resolve(path))));
  }
}
