package dev.forebay.cluster;

import static dev.forebay.cluster.SharedStoreKit.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store on a server whose scripts, users and settings change. */
class RedisServerTest {
  private static TestRedis redis;

  private final List<SharedStore> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void empty() {
    redis.flush();
  }

  @AfterEach
  void closeAll() {
    open.forEach(SharedStore::close);
  }

  @Test
  void aServerThatForgotTheScriptsGetsThemAgain() {
    SharedStore store = connected("test");
    redis.forgetScripts();
    assertThat(join(store.alive("a")).count()).isEqualTo(1);
    redis.forgetScripts();
    assertThat(join(store.lease("q", "a", 1, 5, 0)).target()).isEqualTo(5);
    redis.forgetScripts();
    assertThat(renewed(store)).isEqualTo(5);
  }

  /** What is due of a quota of which 5 millionths are wanted. */
  private static int renewed(SharedStore store) {
    return join(store
            .renew(
                new SharedStore.Renewal(
                    Optional.of(new SharedStore.Presence("a", 0, List.of("q"))),
                    List.of(new SharedStore.Lease("q", "a", 2, 5, 0))))
            .getFirst())
        .granted()
        .getFirst()
        .grant()
        .target();
  }

  @Test
  void fleetsOfAnotherPrefixAreElsewhere() {
    join(connected("one").alive("a"));
    assertThat(join(connected("two").alive("b")).names()).containsExactly("b");
  }

  @Test
  void whereNoServerListensOperationsFailAtOnce() {
    RedisStore nowhere = store("redis://127.0.0.1:1", "test");
    await().untilAsserted(() -> assertThat(nowhere.alive("a")).failsWithin(Duration.ofSeconds(1)));
  }

  @Test
  void aUserWithItsPasswordIsLetInAndAnotherOneGetsTheReason() {
    redis.let("forebay", "right");
    assertThat(failure("redis://forebay:right@" + redis.address())).isEmpty();
    assertThat(failure("redis://forebay:wrong@" + redis.address()))
        .startsWith("wrong user or password: correct cluster.url");
  }

  @Test
  void aPasswordThatIsNoLongerRightIsReportedWhileItConnectsAgain() {
    redis.let("changing", "right");
    RedisStore store = store("redis://changing:right@" + redis.address(), "failures");
    assertThat(failure(store)).isEmpty();
    redis.change("changing", "other");
    await().until(() -> failure(store).startsWith("wrong user or password: correct cluster.url"));
    assertThat(failure(store)).startsWith("wrong user or password");
    redis.change("changing", "right");
    await().until(() -> failure(store).isEmpty());
  }

  @Test
  void newsThatCouldNotBeSubscribedToAreSubscribedToLater() {
    redis.let("listener", "right");
    redis.letHear("listener", false);
    RedisStore deaf = store("redis://listener:right@" + redis.address(), "news");
    List<SharedStore.Fact> heard = new CopyOnWriteArrayList<>();
    deaf.listen(heard::add);
    join(deaf.alive("a"));
    redis.letHear("listener", true);
    SharedStore speaker = connected("news");
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              join(deaf.alive("a"));
              String quota = UUID.randomUUID().toString();
              join(
                  speaker.tell(new SharedStore.Fact(SharedStore.Kind.COOLDOWN, quota, 1_000, "b")));
              return !heard.isEmpty();
            });
  }

  @Test
  void aFullStoreGoesOnLeasingAndPublishing() {
    SharedStore store = connected("full");
    SharedStore other = connected("full");
    List<SharedStore.Fact> heard = new CopyOnWriteArrayList<>();
    other.listen(heard::add);
    SharedStore.Fact cooldown = new SharedStore.Fact(SharedStore.Kind.COOLDOWN, "q", 1_000, "a");
    SharedStore.Fact learned = new SharedStore.Fact(SharedStore.Kind.LEARNED, "q", 700, "a");
    SharedStore.Fact opened = new SharedStore.Fact(SharedStore.Kind.OPEN, "q", 1, "a");
    redis.set("maxmemory-policy", "noeviction");
    redis.set("maxmemory", "1");
    try {
      assertThat(join(store.lease("q", "a", 1, 5, 5)).target()).isEqualTo(5);
      assertThat(renewed(store)).isEqualTo(5);
      join(store.giveBack("q", "a", 3, 2));
      join(store.settle("q", 5));
      assertThat(join(store.lease("q", "a", 3, 5, 0))).as("overtaken").isEqualTo(Grant.LATE);
      join(store.tell(cooldown));
      assertThat(join(store.learn("q", 0, 700, "a"))).isEqualTo(700);
      assertThat(join(store.open("q", "a", true))).isEqualTo(1);
      assertThat(join(store.probe("q", "a", 1_000))).isZero();
      assertThat(join(store.probe("q", "b", 1_000))).isPositive();
      await().untilAsserted(() -> assertThat(heard).containsExactly(cooldown, learned, opened));
      assertThat(join(other.facts(List.of("q")))).hasSize(3);
    } finally {
      redis.set("maxmemory", "0");
    }
  }

  @Test
  void aFigureThatIsNotLearnedAgainEnds() {
    SharedStore store = connected("ends");
    for (String quota : List.of("gone", "old", "new")) {
      assertThat(join(store.learn(quota, 0, 700, "a"))).isEqualTo(700);
    }
    long past = redis.millis() - 1;
    redis.ends("forebay:2:ends:{fleet}:learnedEnds", "gone", past);
    redis.ends("forebay:2:ends:{fleet}:learnedEnds", "old", past);
    assertThat(join(store.learn("old", 700, 800, "a"))).isEqualTo(800);
    assertThat(join(store.facts(List.of())))
        .extracting(SharedStore.Fact::about)
        .containsExactlyInAnyOrder("old", "new");
    assertThat(join(store.learn("new", 700, 800, "a"))).isEqualTo(800);
    assertThat(join(store.facts(List.of()))).hasSize(2);
  }

  /** What is said of an operation; empty if it succeeds. */
  private String failure(String url) {
    return failure(store(url, "failures"));
  }

  private static String failure(RedisStore store) {
    return store
        .alive("a")
        .<String>handle((members, failed) -> failed == null ? "" : StoreFailure.of(failed))
        .toCompletableFuture()
        .join();
  }

  private RedisStore store(String url, String prefix) {
    RedisStore store = RedisStoreTest.store(url, prefix);
    open.add(store);
    return store;
  }

  private SharedStore connected(String prefix) {
    return RedisStoreTest.connected(store(redis.url(), prefix));
  }
}
