package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kit on a real server, whose clock the tests wait for. */
class RedisAnswersTest extends AnswerStoreKit {
  private static TestRedis redis;
  private static RedisStore connected;
  private static AnswerStore store;

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
    connected = RedisStoreTest.store(redis.url(), "test");
    store = connected.answers();
  }

  @AfterAll
  static void stop() {
    connected.close();
    redis.close();
  }

  @Override
  AnswerStore store() {
    return store;
  }

  @Override
  void pass(long millis) {
    long until = redis.millis() + millis;
    await().pollInterval(Duration.ofMillis(20)).until(() -> redis.millis() >= until);
  }

  @Test
  void aServerThatForgotTheScriptsGetsThemAgain() {
    redis.forgetScripts();
    assertThat(join(store.readOrClaim("f", "t1", "r"))).isEqualTo(new AnswerStore.Entry.Mine());
  }

  @Test
  void aFullServerSaysSoAndStillHasItsAnswers() {
    assertThat(join(store.keep("h", "", ANSWER, 60_000, false))).isTrue();
    redis.set("maxmemory-policy", "noeviction");
    redis.set("maxmemory", "1");
    try {
      assertThat(
              store
                  .keep("g", "", ANSWER, 1_000, false)
                  .handle((done, e) -> e == null ? "" : StoreFailure.of(e)))
          .succeedsWithin(Duration.ofSeconds(5))
          .asString()
          .startsWith("the store is full: raise its maxmemory");
      assertThat(join(store.readOrClaim("h", "t1", "r")))
          .isInstanceOf(AnswerStore.Entry.Answer.class);
      assertThat(join(store.readOrClaim("i", "t1", "r")))
          .isEqualTo(new AnswerStore.Entry.Nothing());
    } finally {
      redis.set("maxmemory", "0");
    }
  }
}
