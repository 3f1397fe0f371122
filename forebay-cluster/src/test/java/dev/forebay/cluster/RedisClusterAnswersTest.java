package dev.forebay.cluster;

import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The kit on a Redis Cluster, whose nodes and this test have the same clock. */
class RedisClusterAnswersTest extends AnswerStoreKit {
  @TempDir private static Path folder;
  private static RedisProcesses processes;
  private static RedisStore connected;
  private static AnswerStore store;

  @BeforeAll
  static void start() throws Exception {
    processes = new RedisProcesses(null);
    int node = processes.cluster(folder, 2, 0).getFirst();
    connected = RedisStoreTest.store("redis-cluster://127.0.0.1:" + node, "test");
    store = connected.answers();
    RedisFailoverTest.awaitAlive(connected, Duration.ofSeconds(20));
  }

  @AfterAll
  static void stop() {
    connected.close();
    processes.close();
  }

  @Override
  AnswerStore store() {
    return store;
  }

  @Override
  void pass(long millis) {
    Ticker clock = Ticker.system();
    long until = clock.nanos() + Duration.ofMillis(millis + 1).toNanos();
    await().pollInterval(Duration.ofMillis(20)).until(() -> clock.nanos() >= until);
  }
}
