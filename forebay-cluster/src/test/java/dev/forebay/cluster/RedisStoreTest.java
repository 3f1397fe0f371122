package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kit on a real server, whose clock the tests wait for. */
class RedisStoreTest extends SharedStoreKit {
  private static TestRedis redis;

  private final List<SharedStore> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
    System.out.println("the kit runs on Redis " + redis.version());
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
  SharedStore connect() {
    return connected("test");
  }

  @Override
  void flush() {
    redis.flush();
  }

  @Override
  void pass(long millis) {
    long until = redis.millis() + millis;
    await().pollInterval(Duration.ofMillis(20)).until(() -> redis.millis() >= until);
  }

  @Test
  void aServerThatForgotTheScriptsGetsThemAgain() {
    SharedStore store = connected("test");
    redis.forgetScripts();
    assertThat(join(store.alive("a")).count()).isEqualTo(1);
    redis.forgetScripts();
    assertThat(join(store.lease("q", "a", 1, 5, 0)).target()).isEqualTo(5);
  }

  @Test
  void fleetsOfAnotherPrefixAreElsewhere() {
    join(connected("one").alive("a"));
    assertThat(join(connected("two").alive("b")).names()).containsExactly("b");
  }

  @Test
  void whereNobodyListensOperationsFailAtOnce() {
    RedisStore nowhere = new RedisStore("redis://127.0.0.1:1", "test");
    open.add(nowhere);
    await().untilAsserted(() -> assertThat(nowhere.alive("a")).failsWithin(Duration.ofSeconds(1)));
  }

  private SharedStore connected(String prefix) {
    RedisStore store = new RedisStore(redis.url(), prefix);
    open.add(store);
    String probe = UUID.randomUUID().toString();
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !store.leave(probe).toCompletableFuture().handle((n, e) -> e != null).join());
    return store;
  }
}
