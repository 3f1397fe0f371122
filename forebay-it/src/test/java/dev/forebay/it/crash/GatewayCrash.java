package dev.forebay.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cli.Main;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import dev.forebay.testkit.FreePort;
import dev.forebay.testkit.Http;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two whole gateways share a store, one of them after the other is killed by SIGKILL at a random
 * moment, with calls being left and made. In the end every call that got its 202 has its answer.
 *
 * <p>{@code -Dcrash.gateways=N} kills N times on each store.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS)
class GatewayCrash {
  private static final int CYCLES = Integer.getInteger("crash.gateways", 1);

  /**
   * Longer than a machine is busy or frozen, which loses no job; shorter than the build waits for a
   * module, so that a failure has its test's name.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final int MOST_FAILED_STARTS = 5;

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  private final Http http = new Http();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private int failedStarts;
  @TempDir private Path folder;

  @Test
  void nothingIsLostInAFile() throws Exception {
    check("gateways, SQLite", "sqlite:" + folder.resolve("jobs.db"));
  }

  @Test
  void nothingIsLostInPostgres() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      check(
          "gateways, PostgreSQL",
          "postgres://postgres:${STORE_PASSWORD}@127.0.0.1:" + server.getPort() + "/postgres");
    }
  }

  private void check(String name, String url) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Emulator emulator =
          Emulator.start(
              EmulatorConfig.parse(
                  """
                  models:
                    "amazon.nova-lite-v1:0": { maxTokens: 8192, latency: { timeToFirstToken: 20ms, tokensPerSecond: 1000000 }, outputTokens: 20 }
                  """),
              vertx);
      run(name, url, emulator);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private void run(String name, String url, Emulator emulator) throws Exception {
    Random random = new Random(Integer.getInteger("crash.seed", 1));
    List<Gateway> gateways = new ArrayList<>();
    try {
      gateways.add(start(url, emulator.endpoint()));
      for (int i = 0; i < CYCLES; i++) {
        gateways.add(start(url, emulator.endpoint()));
        Gateway victim = gateways.get(random.nextInt(2));
        CountDownLatch enough = new CountDownLatch(5 + random.nextInt(60));
        Thread caller = Thread.ofVirtual().start(() -> leave(victim, enough));
        Thread other =
            Thread.ofVirtual()
                .start(() -> leave(gateways.get(1 - gateways.indexOf(victim)), enough));
        assertThat(enough.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        victim.process.kill();
        caller.interrupt();
        other.interrupt();
        caller.join();
        other.join();
        gateways.remove(victim);
      }
      int lost = 0;
      for (String job : acknowledged) {
        URI left = gateways.getFirst().at(job);
        // Most have ended, and a condition is first looked at after an interval.
        if (!hasEnded(left)) {
          await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> hasEnded(left));
        }
        if (get(URI.create(left + "/response")).statusCode() != 200) {
          lost++;
        }
      }
      assertThat(lost).isZero();
    } finally {
      for (Gateway each : gateways) {
        each.process.kill();
      }
    }
    count(name, url, Math.toIntExact(emulator.stats().total().arrived()));
  }

  private void count(String name, String url, int begun) {
    String opened = url.replace("${STORE_PASSWORD}", "secret");
    try (JobStore store = JobStores.open(opened, StoreLimits.DEFAULTS, QueueProcess::now)) {
      Ledger ledger = new Ledger();
      acknowledged.forEach(job -> ledger.heard("ack " + job.substring("/jobs/".length())));
      Count count = Count.of(name, CYCLES, store, ledger, begun);
      System.out.print(Count.table(List.of(count)));
      assertThat(count.lost()).isZero();
      assertThat(count.done()).isEqualTo(count.jobs());
    }
  }

  private record Gateway(Crew process, int port) {
    URI at(String path) {
      return Http.local(port, path);
    }
  }

  private Gateway start(String url, URI upstream) throws Exception {
    int port = FreePort.find();
    Path config = folder.resolve("gateway-" + port + ".yaml");
    Files.writeString(
        config,
        """
        server: { port: %d }
        targets:
          one: { region: us-east-1, model: "amazon.nova-lite-v1:0", endpoint: "%s", credentials: anonymous }
        routes:
          chat: { tiers: [[one]], queue: {} }
        jobs: { store: "%s" }
        """
            .formatted(port, upstream, url));
    CountDownLatch ready = new CountDownLatch(1);
    Crew process =
        new Crew(
            Main.class,
            List.of("serve", "--config", config.toString()),
            line -> {
              if (line.startsWith("Metrics:")) {
                ready.countDown();
              }
            });
    if (!process.isReady(ready, PATIENCE)) {
      assertThat(++failedStarts).as("failed starts").isLessThan(MOST_FAILED_STARTS);
      process.kill();
      return start(url, upstream);
    }
    return new Gateway(process, port);
  }

  private void leave(Gateway gateway, CountDownLatch enough) {
    HttpRequest request =
        Http.post(gateway.at("/model/chat/converse"), BODY, "prefer", "respond-async");
    try {
      while (!Thread.interrupted()) {
        HttpResponse<String> left = http.text(request);
        if (left.statusCode() == 202) {
          acknowledged.add(left.headers().firstValue("location").orElseThrow());
          enough.countDown();
        }
      }
    } catch (IOException e) {
      // It was killed.
    } catch (InterruptedException e) {
      // It is enough.
    }
  }

  private boolean hasEnded(URI job) throws IOException, InterruptedException {
    return Set.of("done", "failed").contains(state(job));
  }

  private String state(URI job) throws IOException, InterruptedException {
    return new JsonObject(get(job).body()).getString("state");
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return http.text(Http.get(uri));
  }
}
