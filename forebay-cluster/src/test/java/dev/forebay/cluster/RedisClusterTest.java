package dev.forebay.cluster;

import static dev.forebay.cluster.RedisFailoverTest.RECOVERY;
import static dev.forebay.cluster.RedisFailoverTest.awaitAlive;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis Cluster, without and with TLS. Its failures are in {@link RedisClusterFailures}. */
class RedisClusterTest {
  private static final Duration SOON = Duration.ofSeconds(5);

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
  @ValueSource(booleans = {false, true})
  void eachQuotaIsOnItsOwnNode(boolean tls) throws Exception {
    List<Integer> nodes = start(tls).cluster(folder, 2, 0);
    try (RedisStore store = store(nodes, certificate);
        RedisStore other = store(nodes, certificate)) {
      BlockingQueue<Fact> heard = new LinkedBlockingQueue<>();
      other.listen(heard::add);
      awaitAlive(store, Duration.ofSeconds(20));
      awaitAlive(other, Duration.ofSeconds(20));
      for (int quota = 0; quota < 20; quota++) {
        assertThat(store.lease("quota " + quota, "a", 1, 5, 0).thenApply(Grant::target))
            .succeedsWithin(SOON)
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
          .allSatisfy(trip -> assertThat(trip).succeedsWithin(SOON));
      awaitHeard(store, heard);
      assertThat(store.open("q", "a", true)).succeedsWithin(SOON).isEqualTo(1L);
      assertThat(
              store
                  .facts(Set.of("q"))
                  .thenApply(all -> all.contains(new Fact(Kind.OPEN, "q", 1, "-"))))
          .succeedsWithin(SOON)
          .isEqualTo(true);
    }
  }

  static void awaitHeard(RedisStore speaker, BlockingQueue<Fact> heard) {
    int before = heard.size();
    await()
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              String about = "q" + System.identityHashCode(new Object());
              var unused = speaker.tell(new Fact(Kind.COOLDOWN, about, 60_000, "a"));
              return heard.size() > before;
            });
  }

  static RedisStore store(List<Integer> nodes, @Nullable TestCertificate certificate) {
    String url = "://127.0.0.1:" + nodes.get(0) + ",127.0.0.1:" + nodes.get(1);
    return new RedisStore(
        new ClusterConfig(
            new Secret((certificate == null ? "redis-cluster" : "rediss-cluster") + url),
            Optional.empty(),
            Optional.ofNullable(certificate).map(TestCertificate::pem),
            "test",
            2,
            1,
            Optional.empty()));
  }
}
