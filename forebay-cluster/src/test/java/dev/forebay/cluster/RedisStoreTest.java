package dev.forebay.cluster;

import static org.awaitility.Awaitility.await;

import dev.forebay.config.ClusterConfig;
import dev.forebay.config.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The kit on a real server, whose clock the tests wait for. They wait together, each with a prefix
 * of its own.
 */
@Order(Order.DEFAULT - 1)
@Execution(ExecutionMode.CONCURRENT)
class RedisStoreTest extends SharedStoreKit {
  private static TestRedis redis;

  private final String prefix = "test-" + UUID.randomUUID();
  private final List<SharedStore> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
    System.out.println("the kit runs on " + redis.version());
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void closeAll() {
    open.forEach(SharedStore::close);
  }

  @Override
  SharedStore connect(int weight) {
    RedisStore store = store(redis.url(), prefix, weight);
    open.add(store);
    return connected(store);
  }

  @Override
  void flush() {
    redis.flush(prefix);
  }

  @Override
  void pass(long millis) {
    long until = redis.millis() + millis;
    await().pollInterval(Duration.ofMillis(20)).until(() -> redis.millis() >= until);
  }

  static RedisStore store(String url, String prefix) {
    return store(url, prefix, 1);
  }

  private static RedisStore store(String url, String prefix, int weight) {
    return new RedisStore(
        new ClusterConfig(
            new Secret(url),
            Optional.empty(),
            Optional.empty(),
            prefix,
            2,
            weight,
            Optional.empty()));
  }

  /** The store when its connection is open. */
  static RedisStore connected(RedisStore store) {
    String probe = UUID.randomUUID().toString();
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !store.leave(probe).toCompletableFuture().handle((n, e) -> e != null).join());
    return store;
  }
}
