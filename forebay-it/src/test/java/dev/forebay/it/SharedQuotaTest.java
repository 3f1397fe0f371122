package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.forebay.client.Forebay;
import dev.forebay.cluster.SharedQuotas;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.emulator.RequestRecord;
import dev.forebay.gateway.Gateway;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.testkit.FreePort;
import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** A gateway and programs with the library keep to one quota together, through a real Redis. */
class SharedQuotaTest {
  private static final String MODEL = "amazon.nova-lite-v1:0";
  private static final int CALLS_PER_SECOND = 20;
  private static final int THREADS = 8;
  private static final int PROGRAMS = 2;
  private static final int JOBS = 200;
  private static final Duration GOODBYE = Duration.ofSeconds(3);

  /** What a bucket holds. */
  private static final int SAVED_SECONDS = 10;

  @RegisterExtension static final Stack stack = new Stack();

  private final int port = FreePort.find();
  private final RedisServer redis =
      RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();

  @TempDir private Path folder;

  SharedQuotaTest() throws IOException {}

  @BeforeEach
  void startRedis() throws IOException {
    redis.start();
  }

  @AfterEach
  void stopRedis() throws IOException {
    redis.stop();
  }

  @Test
  void aGatewayAndProgramsUseOneQuotaTogether() throws Exception {
    together(config(port));
  }

  /** No other call asks for the quota, of which a gateway without calls holds nothing. */
  @Test
  void jobsAloneAreReasonEnoughToLeaseAQuota() throws Exception {
    GatewayConfig config = queued(port);
    Journeys journeys = new Journeys();
    try (JobStore store = QueuedGateway.storeIn(folder);
        Http http = new Http();
        SharedQuotas quotas = join(config, journeys)) {
      Gateway gateway = gateway(config, journeys, Optional.of(store));
      HttpRequest job =
          Http.post(
              Http.local(gateway.port(), "/model/%s/converse".formatted(MODEL)),
              QueuedGateway.BODY,
              "prefer",
              "respond-async");
      for (int i = 0; i < JOBS; i++) {
        assertThat(http.text(job).statusCode()).isEqualTo(202);
      }

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(store.stats().join().count(JobStatus.DONE)).isEqualTo(JOBS));
      assertThat(quotas.reading().members()).isOne();
      gateway.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static void together(GatewayConfig config) throws Exception {
    Journeys journeys = new Journeys();
    List<Forebay> programs = new ArrayList<>();
    List<BedrockRuntimeClient> clients = new ArrayList<>();
    Gateway gateway = gateway(config, journeys, Optional.empty());
    try (SharedQuotas quotas = join(config, journeys)) {
      clients.add(
          BedrockRuntimeClient.builder()
              .endpointOverride(URI.create("http://127.0.0.1:" + gateway.port()))
              .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
              .build());
      for (int i = 0; i < PROGRAMS; i++) {
        Forebay program = Forebay.builder().config(config).build();
        programs.add(program);
        clients.add(program.bedrockRuntime());
      }
      assertThat(programs.getFirst().cluster().orElseThrow().operations())
          .as("a program that makes no calls asks for nothing")
          .isZero();
      AtomicBoolean go = new AtomicBoolean(true);
      try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
        try {
          clients.forEach(client -> load(client, callers, go));
          await()
              .untilAsserted(() -> assertThat(shares(quotas, programs)).isEqualTo(1, within(0.05)));
          assertThat(rate()).isEqualTo(CALLS_PER_SECOND, within(0.25 * CALLS_PER_SECOND));
          assertThat(quotas.reading().members()).isEqualTo(1 + PROGRAMS);
        } finally {
          go.set(false);
        }
      }
      programs.forEach(Forebay::close);
      // By what they said: who is only silent counts for four more seconds at least.
      await().atMost(GOODBYE).until(() -> quotas.reading().members() == 1);
    } finally {
      clients.forEach(BedrockRuntimeClient::close);
      programs.forEach(Forebay::close);
      gateway.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static Gateway gateway(GatewayConfig config, Journeys journeys, Optional<JobStore> jobs) {
    return stack.start(config, journeys, stack.watch(config, journeys), JourneyListener.NONE, jobs);
  }

  private static SharedQuotas join(GatewayConfig config, Journeys journeys) {
    return SharedQuotas.join(
        config.cluster().orElseThrow(),
        "gateway",
        config.targets().values(),
        journeys.targets(),
        Ticker.system());
  }

  private static void load(BedrockRuntimeClient client, ExecutorService callers, AtomicBoolean go) {
    for (int i = 0; i < THREADS; i++) {
      callers.execute(
          () -> {
            while (go.get()) {
              try {
                client.converse(Calls.converse(MODEL));
              } catch (SdkException refused) {
                // One that has waited for too long; others go on.
              }
            }
          });
    }
  }

  /** What all may use together, as each of them says. */
  private static double shares(SharedQuotas quotas, List<Forebay> programs) {
    double sum = share(quotas.reading());
    for (Forebay program : programs) {
      sum += program.cluster().map(SharedQuotaTest::share).orElse(0.0);
    }
    return sum;
  }

  private static double share(FleetReading reading) {
    FleetReading.Slice slice = reading.slices().get("one");
    return slice == null || !slice.leased() ? 0 : slice.share();
  }

  /** How many calls arrive in a second, after all that was saved up has been spent. */
  private static double rate() {
    int saved = 2 * SAVED_SECONDS * CALLS_PER_SECOND;
    int measured = 5 * CALLS_PER_SECOND;
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> stack.arrived(MODEL).size() >= saved + measured);
    List<RequestRecord> all = stack.arrived(MODEL).subList(saved, saved + measured);
    return 1_000.0 * (measured - 1) / (all.getLast().arrivedMs() - all.getFirst().arrivedMs());
  }

  private static GatewayConfig config(int redis) {
    return ConfigFile.parse(
        """
        server: { port: 0 }
        cluster: { url: "redis://127.0.0.1:%d", members: 3 }
        targets:
          one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous,
                 quota: { requestsPerMinute: %d } }
        routes: { "%2$s": { tiers: [[one]], deadline: 10s } }
        """
            .formatted(redis, MODEL, stack.emulator().endpoint(), 60 * CALLS_PER_SECOND),
        "shared.yaml",
        Map.of());
  }

  private static GatewayConfig queued(int redis) {
    return ConfigFile.parse(
        """
        server: { port: 0 }
        cluster: { url: "redis://127.0.0.1:%d", members: 4 }
        jobs: { store: "sqlite:elsewhere" }
        targets:
          one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous,
                 quota: { tokensPerMinute: 1000000 } }
        routes: { "%2$s": { tiers: [[one]], deadline: 10s, queue: { expireAfter: 1h } } }
        """
            .formatted(redis, MODEL, stack.emulator().endpoint()),
        "queued.yaml",
        Map.of());
  }
}
