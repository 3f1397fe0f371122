package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.cluster.ScriptLedger.Version;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The lease model against the scripts on a real server, in virtual time: they grant what the book
 * grants, and those of earlier versions keep to the quota together with the present ones.
 */
class ScriptModelTest {
  private static final int STEPS = Integer.getInteger("script.steps", 20_000);

  private static TestRedis redis;
  private static RedisClient client;
  private static RedisCommands<String, String> server;

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
    client = RedisClient.create(redis.url());
    server = client.connect().sync();
  }

  @AfterAll
  static void stop() {
    client.shutdown();
    redis.close();
  }

  @BeforeEach
  void flush() {
    redis.flush();
  }

  @Test
  void theScriptsGrantWhatTheBookGrants() {
    Version present = Version.present();
    run(
        new LeaseModel(
                new SplittableRandom(19),
                () -> {
                  redis.flush();
                  return new Compared(
                      Ledger.of(new LeaseBook()),
                      new ScriptLedger(server, present, present.digit()));
                })
            .withDebts());
  }

  /** While gateways are replaced, some have the scripts of the version before. */
  @Test
  void scriptsOfAnEarlierVersionWithTheSameKeysShareTheQuotaWithThePresentOnes() {
    run(mixed(Version.recorded("0.1.0")).withDebts());
    LeaseModel model = mixed(Version.recorded("0.1.0"));
    for (int round = 0; round < 10; round++) {
      for (int step = 0; step < 500; step++) {
        model.step();
      }
      assertThat(model.millisUntilTheLastHasAll())
          .as("round %d", round)
          .isLessThan(LeaseModelTest.MOST_LOST_MILLIS);
    }
  }

  @Test
  void scriptsThatWriteOtherThingsIntoTheSameKeysAreFoundOut() {
    assertThatThrownBy(() -> run(mixed(Version.recorded("before-weights"))))
        .isInstanceOf(RedisCommandExecutionException.class);
  }

  @Test
  void scriptsThatWriteOtherThingsHaveOtherKeys() {
    assertThat(Version.recorded("before-weights").digit()).isEqualTo("1");
    try (RedisStore store = RedisStoreTest.store(redis.url(), "test")) {
      SharedStoreKit.join(store.lease("quota", "a", 1, 5, 0));
      SharedStoreKit.join(store.alive("a"));
      assertThat(server.keys("*"))
          .isNotEmpty()
          .allMatch(key -> key.startsWith("forebay:" + Version.present().digit() + ":"));
    }
  }

  /** Every second member has the scripts of that version, on the same keys. */
  private static LeaseModel mixed(Version old) {
    Version present = Version.present();
    return new LeaseModel(
        new SplittableRandom(21),
        () -> {
          redis.flush();
          return new Mixed(
              new ScriptLedger(server, old, present.digit()),
              new ScriptLedger(server, present, present.digit()));
        });
  }

  private static void run(LeaseModel model) {
    double sum = 0;
    for (int step = 0; step < STEPS; step++) {
      model.step();
      long held = model.held();
      sum += held;
      assertThat(held).as("step %d", step).isLessThanOrEqualTo(Grant.WHOLE);
    }
    assertThat(model.counted()).isBetween(0L, (long) Grant.WHOLE);
    assertThat(sum / STEPS).as("what is held on average").isGreaterThan(Grant.WHOLE / 5);
  }

  /** By the owners' numbers. */
  private record Mixed(Ledger old, Ledger present) implements Ledger {
    private Ledger of(String owner) {
      return Integer.parseInt(owner.substring(1)) % 2 == 0 ? old : present;
    }

    @Override
    public Grant lease(String owner, long seq, int wants, int has, int weight, long nowMillis) {
      return of(owner).lease(owner, seq, wants, has, weight, nowMillis);
    }

    @Override
    public void giveBack(String owner, long seq, int has, long nowMillis) {
      of(owner).giveBack(owner, seq, has, nowMillis);
    }

    @Override
    public void settle(long millis, long nowMillis) {
      old.settle(millis, nowMillis);
    }

    @Override
    public long counted(long nowMillis) {
      return present.counted(nowMillis);
    }
  }

  private record Compared(Ledger book, Ledger script) implements Ledger {
    @Override
    public Grant lease(String owner, long seq, int wants, int has, int weight, long nowMillis) {
      Grant grant = script.lease(owner, seq, wants, has, weight, nowMillis);
      assertThat(grant).isEqualTo(book.lease(owner, seq, wants, has, weight, nowMillis));
      return grant;
    }

    @Override
    public void giveBack(String owner, long seq, int has, long nowMillis) {
      script.giveBack(owner, seq, has, nowMillis);
      book.giveBack(owner, seq, has, nowMillis);
    }

    @Override
    public void settle(long millis, long nowMillis) {
      script.settle(millis, nowMillis);
      book.settle(millis, nowMillis);
    }

    @Override
    public long counted(long nowMillis) {
      long counted = script.counted(nowMillis);
      assertThat(counted).isEqualTo(book.counted(nowMillis));
      return counted;
    }
  }
}
