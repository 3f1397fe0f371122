package dev.forebay.it.fleet;

import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.it.process.PostgresServer;
import dev.forebay.testkit.FreePort;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Four gateways and four programs with the library as processes of their own, each with its own
 * network to one Redis, and an emulator with one quota.
 *
 * <p>The emulator counts a minute in ten seconds of real time, so its bucket holds ten seconds of
 * the quota: what members use beyond it shows soon.
 */
public final class Rig implements AutoCloseable {
  static final int GATEWAYS = 4;

  /** The gateways, and as many programs after them. */
  static final int MEMBERS = 2 * GATEWAYS;

  /** The first gateway. */
  static final int GATEWAY = 0;

  /** The first program. */
  static final int PROGRAM = GATEWAYS;

  /** No member. */
  static final int NONE = -1;

  /** Of the quota that is shared, in calls. */
  static final double CALLS_PER_SECOND = 60;

  static final String NARROW = "amazon.nova-lite-v1:0";

  static final int SPEED = 6;

  /** Of a call; all are alike. */
  static final int TOKENS = Load.INPUT_TOKENS + Load.OUTPUT_TOKENS;

  private enum Store {
    OWN,
    BY_RELAYS,
    OF_PAIR
  }

  private final Vertx vertx = Vertx.vertx();
  private final List<Member> members = new ArrayList<>();
  private final StoreNetwork network;
  private final RedisProcess redis;
  private final @Nullable RedisPair pair;
  private final @Nullable PostgresServer database;
  private final Emulator emulator;
  private final Load load;
  private final QuotaWatch watch;

  /**
   * Starts everything.
   *
   * @param firstToken what the emulator takes until an answer begins
   * @param shares which members take part in the cluster; without, the checks must fail
   */
  static Rig start(Path folder, Duration firstToken, IntPredicate shares) throws Exception {
    Rig rig = new Rig(folder, firstToken, Store.OWN, null, null);
    return rig.launched(folder, index -> shares.test(index) ? rig.ownStore(index) : "");
  }

  /**
   * The same on the build's own Redis, whose clock can be set where libfaketime is, by relays,
   * which can delay.
   */
  static Rig startOnRelays(Path folder, Duration firstToken) throws Exception {
    Rig rig = new Rig(folder, firstToken, Store.BY_RELAYS, null, null);
    return rig.launched(folder, rig::ownStore);
  }

  /** The same on one PostgreSQL beside, with jobs that each gateway accepts and makes. */
  static Rig startWithJobs(Path folder, Duration firstToken) throws Exception {
    Rig rig = new Rig(folder, firstToken, Store.OWN, null, new PostgresServer(folder));
    return rig.launched(folder, rig::ownStore);
  }

  private String ownStore(int index) {
    return "url: \"redis://:${STORE_PASSWORD}@%s\"".formatted(link(index).address());
  }

  /** The same on a primary and a replica that a sentinel watches. No link is cut. */
  static Rig startOnPair(Path folder, Duration firstToken) throws Exception {
    RedisPair pair = new RedisPair(folder);
    return new Rig(folder, firstToken, Store.OF_PAIR, pair, null)
        .launched(
            folder,
            index -> "url: \"%s\", sentinelPassword: \"${STORE_PASSWORD}\"".formatted(pair.url()));
  }

  private Rig launched(Path folder, IntFunction<String> store) throws Exception {
    try {
      for (int i = 0; i < MEMBERS; i++) {
        Member.Kind kind = i < GATEWAYS ? Member.Kind.GATEWAY : Member.Kind.PROGRAM;
        String keys = store.apply(i);
        String cluster =
            keys.isEmpty() ? "" : "cluster: { %s, members: %d }".formatted(keys, MEMBERS);
        boolean queues = database != null && kind == Member.Kind.GATEWAY;
        members.add(
            Member.ofFleet(
                kind,
                folder,
                "m" + i,
                emulator.endpoint(),
                queues ? cluster + "\n" + jobs() : cluster,
                queues));
      }
      members.forEach(Member::launch);
      for (Member member : members) {
        member.awaitReady();
      }
      load.callAt(members.stream().map(Member::port).toList());
      return this;
    } catch (Exception | Error e) {
      close();
      throw e;
    }
  }

  private String jobs() {
    return "jobs: { store: \"%s\" }".formatted(database().url("${STORE_PASSWORD}"));
  }

  private Rig(
      Path folder,
      Duration firstToken,
      Store store,
      @Nullable RedisPair pair,
      @Nullable PostgresServer database)
      throws IOException {
    int port = FreePort.find();
    this.pair = pair;
    this.database = database;
    network =
        switch (store) {
          case OWN -> StoreNetwork.of(port, MEMBERS);
          case BY_RELAYS -> StoreNetwork.relays(port, MEMBERS);
          case OF_PAIR -> StoreNetwork.loopback();
        };
    redis =
        switch (store) {
          case OWN -> new RedisProcess(network, port, List.of());
          case BY_RELAYS -> RedisProcess.withClock(network, port, folder);
          case OF_PAIR -> pair().primary();
        };
    emulator =
        Emulator.start(
            EmulatorConfig.parse(
                """
                speed: %d
                models:
                  "%s":
                    quota: { tokensPerMinute: %d, window: bucket }
                    latency: { timeToFirstToken: %5$dms, tokensPerSecond: 1000 }
                    outputTokens: %d
                  "amazon.nova-micro-v1:0":
                    latency: { timeToFirstToken: 20ms, tokensPerSecond: 100000 }
                    outputTokens: %4$d
                """
                    .formatted(
                        SPEED,
                        NARROW,
                        tokensPerMinute() / SPEED,
                        Load.OUTPUT_TOKENS,
                        firstToken.multipliedBy(SPEED).toMillis())),
            vertx);
    load = new Load(vertx, MEMBERS);
    watch = new QuotaWatch(emulator);
  }

  /** The quota as it is configured for each member. */
  static long tokensPerMinute() {
    return Math.round(CALLS_PER_SECOND * 60 * TOKENS);
  }

  /** The one store there is, or the pair's first primary. */
  RedisProcess redis() {
    return redis;
  }

  RedisPair pair() {
    return Objects.requireNonNull(pair);
  }

  PostgresServer database() {
    return Objects.requireNonNull(database);
  }

  /** How the members reach the store, in words. */
  String network() {
    return network.label();
  }

  Emulator emulator() {
    return emulator;
  }

  Load load() {
    return load;
  }

  QuotaWatch watch() {
    return watch;
  }

  Member member(int index) {
    return members.get(index);
  }

  StoreLink link(int index) {
    return network.links().get(index);
  }

  @Override
  public void close() throws IOException {
    watch.close();
    load.close();
    try {
      for (Member member : members) {
        member.kill();
      }
      if (database != null) {
        database.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    redis.close();
    network.close();
    if (pair != null) {
      pair.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
