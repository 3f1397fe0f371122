package dev.forebay.it.fleet;

import static org.awaitility.Awaitility.await;

import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Four gateways as processes of their own, each with its own network to one Redis, and an emulator
 * with one quota, on the loopback address.
 *
 * <p>The emulator counts a minute in ten seconds of real time, so its bucket holds ten seconds of
 * the quota: what members use beyond it shows soon.
 */
final class Rig implements AutoCloseable {
  static final int MEMBERS = 4;

  /** Of the quota that is shared, in calls. */
  static final double CALLS_PER_SECOND = 60;

  static final String NARROW = "amazon.nova-lite-v1:0";

  static final int SPEED = 6;

  /** Words of a prompt and most tokens of an answer; calls are all alike. */
  private static final int OUTPUT = 100;

  private static final int INPUT = 40;
  static final int TOKENS = INPUT + OUTPUT;

  private final Vertx vertx = Vertx.vertx();
  private final List<StoreLink> links = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private final RedisProcess redis;
  private final Emulator emulator;
  private final Load load;
  private final QuotaWatch watch;

  /**
   * Starts everything.
   *
   * @param shares whether the gateways know of each other; without, the checks must fail
   */
  static Rig start(Path folder, boolean shares) throws Exception {
    Rig rig = new Rig();
    try {
      for (int i = 0; i < MEMBERS; i++) {
        int store = shares ? rig.links.get(i).port() : 0;
        rig.members.add(new Member(folder, "m" + i, rig.emulator.endpoint(), store));
      }
      rig.members.forEach(Member::launch);
      for (Member member : rig.members) {
        member.awaitReady();
      }
      rig.load.callAt(rig.members.stream().map(Member::port).toList());
      return rig;
    } catch (Exception | Error e) {
      rig.close();
      throw e;
    }
  }

  private Rig() throws IOException {
    int port = freePort();
    redis = new RedisProcess(port);
    for (int i = 0; i < MEMBERS; i++) {
      links.add(new StoreLink(port));
    }
    emulator =
        Emulator.start(
            EmulatorConfig.parse(
                """
                speed: %d
                models:
                  "%s":
                    quota: { tokensPerMinute: %d, window: bucket }
                    latency: { timeToFirstToken: 120ms, tokensPerSecond: 1000 }
                    outputTokens: %d
                  "amazon.nova-micro-v1:0":
                    latency: { timeToFirstToken: 20ms, tokensPerSecond: 100000 }
                    outputTokens: %4$d
                """
                    .formatted(SPEED, NARROW, tokensPerMinute() / SPEED, OUTPUT)),
            vertx);
    load = new Load(vertx);
    watch = new QuotaWatch(emulator);
  }

  /** The quota as gateways are told of it. */
  static long tokensPerMinute() {
    return Math.round(CALLS_PER_SECOND * 60 * TOKENS);
  }

  RedisProcess redis() {
    return redis;
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
    return links.get(index);
  }

  /** Lets real time pass, as processes have no other. */
  static void pass(Duration time) {
    await().pollDelay(time).atMost(time.plusSeconds(60)).until(() -> true);
  }

  static void signal(long pid, String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
    load.close();
    try {
      for (Member member : members) {
        member.kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (StoreLink link : links) {
      link.close();
    }
    redis.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
