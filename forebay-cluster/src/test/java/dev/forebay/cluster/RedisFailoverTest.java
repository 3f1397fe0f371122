package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Kind;
import dev.forebay.config.ClusterConfig;
import dev.forebay.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stores of more than one process: a primary and a replica with a sentinel, and a Redis Cluster.
 */
class RedisFailoverTest {
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final RedisProcesses processes = new RedisProcesses();

  @AfterEach
  void stop() {
    processes.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-KILL", "-STOP"})
  void whenThePrimaryDiesOrStandsStillItsReplicaServesWithinTenSeconds(String signal)
      throws Exception {
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

    try (RedisStore store =
        store("redis-sentinel://:data@127.0.0.1:" + sentinel + "#main", Optional.of("watch"))) {
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

  @Test
  void aNameThatTheSentinelsDoNotKnowIsReportedAsSuch() throws Exception {
    int primary = processes.server(folder, "--requirepass", "data");
    int sentinel = processes.sentinel(folder, primary, "data", "watch");
    try (RedisStore store =
        store("redis-sentinel://:data@127.0.0.1:" + sentinel + "#other", Optional.of("watch"))) {
      assertThat(store.alive("a").handle((members, failed) -> StoreFailure.of(failed)))
          .succeedsWithin(Duration.ofSeconds(5))
          .asString()
          .contains("cluster.url");
    }
  }

  @Test
  void aRedisClusterKeepsEachQuotaOnItsOwnNode() throws Exception {
    int first = processes.cluster(folder);
    try (RedisStore store = store("redis-cluster://127.0.0.1:" + first, Optional.empty());
        RedisStore other = store("redis-cluster://127.0.0.1:" + first, Optional.empty())) {
      BlockingQueue<Fact> heard = new LinkedBlockingQueue<>();
      other.listen(heard::add);
      awaitAlive(store, Duration.ofSeconds(20));
      awaitAlive(other, Duration.ofSeconds(20));
      for (int quota = 0; quota < 20; quota++) {
        assertThat(store.lease("quota " + quota, "a", 1, 5, 0).thenApply(Grant::target))
            .succeedsWithin(Duration.ofSeconds(5))
            .isEqualTo(5);
      }
      assertThat(
              store.renew(
                  new SharedStore.Renewal(
                      Optional.of(new SharedStore.Presence("a", 0, List.of("quota 1"))),
                      List.of(
                          new SharedStore.Lease("quota 1", "b", 1, 5, 0),
                          new SharedStore.Lease("quota 2", "b", 1, 5, 0)))))
          .as("each part by itself")
          .hasSize(3)
          .allSatisfy(trip -> assertThat(trip).succeedsWithin(Duration.ofSeconds(5)));
      await()
          .atMost(RECOVERY)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                var unused = store.tell(new Fact(Kind.COOLDOWN, "q" + heard.size(), 60_000, "a"));
                return !heard.isEmpty();
              });
      assertThat(store.open("q", "a", true)).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(1L);
      assertThat(
              store
                  .facts(Set.of("q"))
                  .thenApply(all -> all.contains(new Fact(Kind.OPEN, "q", 1, "-"))))
          .succeedsWithin(Duration.ofSeconds(5))
          .isEqualTo(true);
    }
  }

  private static void awaitAlive(SharedStore store, Duration within) {
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

  private static RedisStore store(String url, Optional<String> sentinelPassword) {
    return new RedisStore(
        new ClusterConfig(
            new Secret(url),
            sentinelPassword.map(Secret::new),
            Optional.empty(),
            "test",
            2,
            1,
            Optional.empty()));
  }
}
