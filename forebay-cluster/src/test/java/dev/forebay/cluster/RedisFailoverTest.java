package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Kind;
import dev.forebay.config.ClusterConfig;
import dev.forebay.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A primary and a replica with a sentinel, without and with TLS. */
class RedisFailoverTest {
  static final Duration RECOVERY = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private @Nullable TestCertificate certificate;
  private @Nullable RedisProcesses running;

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
  }

  private RedisProcesses start(boolean tls) {
    certificate = tls ? TestCertificate.make(folder) : null;
    running = new RedisProcesses(certificate);
    return running;
  }

  @ParameterizedTest
  @CsvSource({"-KILL,false", "-STOP,false", "-KILL,true"})
  void whenThePrimaryDiesOrStandsStillItsReplicaServesWithinTenSeconds(String signal, boolean tls)
      throws Exception {
    RedisProcesses processes = start(tls);
    int primary = processes.server(folder, "--requirepass", "data", "--masterauth", "data");
    int replica =
        processes.server(
            folder,
            "--requirepass",
            "data",
            "--masterauth",
            "data",
            "--replicaof",
            "127.0.0.1",
            Integer.toString(primary));
    int sentinel = processes.sentinel(folder, primary, "data", "watch");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                processes.ask(sentinel, "watch", "SENTINEL replicas main").contains(":" + replica));

    try (RedisStore store = store("-sentinel://:data@127.0.0.1:" + sentinel + "#main")) {
      BlockingQueue<Fact> heard = new LinkedBlockingQueue<>();
      store.listen(heard::add);
      awaitAlive(store, Duration.ofSeconds(20));
      assertThat(processes.ask(primary, "data", "EXISTS forebay:2:test:{fleet}:members"))
          .contains(":1");

      processes.signal(primary, signal);
      // No operation waits for it: each fails within its time.
      assertThat(store.alive("a").handle((members, failed) -> true))
          .succeedsWithin(Duration.ofSeconds(2));
      awaitAlive(store, RECOVERY);
      assertThat(processes.ask(replica, "data", "EXISTS forebay:2:test:{fleet}:members"))
          .contains(":1");
      await()
          .atMost(RECOVERY)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                var unused = store.tell(new Fact(Kind.COOLDOWN, "q" + heard.size(), 60_000, "a"));
                return !heard.isEmpty();
              });
    }
  }

  /** As where a failover closes no connections. */
  @Test
  void aPrimaryThatBecomesAReplicaIsConnectedToAnew() throws Exception {
    RedisProcesses processes = start(false);
    int primary = processes.server(folder, "--requirepass", "data", "--masterauth", "data");
    int other = processes.server(folder, "--requirepass", "data", "--masterauth", "data");
    try (RedisStore store = store("://:data@127.0.0.1:" + primary)) {
      awaitAlive(store, RECOVERY);
      Set<String> before = clients(processes, primary);
      assertThat(before).isNotEmpty();
      String demoted = processes.ask(primary, "data", "REPLICAOF 127.0.0.1 " + other);
      assertThat(demoted).startsWith("+OK");
      await()
          .atMost(RECOVERY)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                assertThat(store.alive("a").handle((members, failed) -> failed != null))
                    .succeedsWithin(Duration.ofSeconds(2))
                    .isEqualTo(true);
                return Collections.disjoint(before, clients(processes, primary));
              });
      assertThat(processes.ask(primary, "data", "REPLICAOF NO ONE")).startsWith("+OK");
      awaitAlive(store, RECOVERY);
    }
  }

  /** The ids of its connections, without the one that asks. */
  private static Set<String> clients(RedisProcesses processes, int port) {
    return processes
        .ask(port, "data", "CLIENT LIST")
        .lines()
        .filter(line -> line.startsWith("id=") && !line.contains(" cmd=client"))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.toSet());
  }

  @Test
  void aNameThatTheSentinelsDoNotKnowIsReportedAsSuch() throws Exception {
    RedisProcesses processes = start(false);
    int primary = processes.server(folder, "--requirepass", "data");
    int sentinel = processes.sentinel(folder, primary, "data", "watch");
    try (RedisStore store = store("-sentinel://:data@127.0.0.1:" + sentinel + "#other")) {
      assertThat(store.alive("a").handle((members, failed) -> StoreFailure.of(failed)))
          .succeedsWithin(Duration.ofSeconds(5))
          .asString()
          .contains("cluster.url");
    }
  }

  static void awaitAlive(SharedStore store, Duration within) {
    await()
        .atMost(within)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                store
                    .alive("a")
                    .handle((members, failed) -> failed == null)
                    .toCompletableFuture()
                    .join());
  }

  private RedisStore store(String address) {
    return new RedisStore(
        new ClusterConfig(
            new Secret((certificate == null ? "redis" : "rediss") + address),
            Optional.of(new Secret("watch")),
            Optional.ofNullable(certificate).map(TestCertificate::pem),
            "test",
            2,
            1,
            Optional.empty()));
  }
}
