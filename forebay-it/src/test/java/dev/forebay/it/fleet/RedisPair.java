package dev.forebay.it.fleet;

import static org.awaitility.Awaitility.await;

import dev.forebay.it.process.Signals;
import dev.forebay.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A primary and a replica, which a sentinel puts in its place after a second without an answer. */
final class RedisPair implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<RedisProcess> servers;
  private final RedisProcess sentinel;

  /** The primary that was killed or stopped last. */
  private RedisProcess struck;

  /** Starts all three, and returns when the sentinel knows of both servers. */
  RedisPair(Path folder) throws IOException {
    RedisProcess primary = server(folder);
    RedisProcess replica =
        server(folder, "--replicaof", "127.0.0.1", Integer.toString(primary.port()));
    this.servers = List.of(primary, replica);
    this.struck = primary;
    this.sentinel = sentinel(folder, primary.port());
    awaitReplica();
  }

  private static RedisProcess server(Path folder, String... options) throws IOException {
    int port = FreePort.find();
    Path own = Files.createDirectory(folder.resolve("server-" + port));
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--masterauth", RedisProcess.PASSWORD, "--dir", own.toString()));
    all.addAll(List.of("--repl-diskless-sync-delay", "0"));
    return new RedisProcess(StoreNetwork.loopback(), port, all);
  }

  private static RedisProcess sentinel(Path folder, int primary) throws IOException {
    Path config = folder.resolve("sentinel.conf");
    Files.writeString(
        config,
        """
        sentinel monitor main 127.0.0.1 %d 1
        sentinel auth-pass main %s
        sentinel down-after-milliseconds main 1000
        sentinel failover-timeout main 5000
        """
            .formatted(primary, RedisProcess.PASSWORD));
    return new RedisProcess(
        StoreNetwork.loopback(), FreePort.find(), List.of(config.toString(), "--sentinel"));
  }

  /** Where members find it; the password as they know it. */
  String url() {
    return "redis-sentinel://:${STORE_PASSWORD}@127.0.0.1:" + sentinel.port() + "#main";
  }

  /** The one that the sentinel names. */
  RedisProcess primary() {
    String named = sentinel.ask("SENTINEL get-master-addr-by-name main");
    return servers.stream()
        .filter(each -> named.contains("\r\n" + each.port() + "\r\n"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the sentinel says " + named));
  }

  void killPrimary() throws InterruptedException {
    struck = primary();
    struck.kill();
  }

  /** The one that was killed comes back, empty; the sentinel makes it a replica. */
  void startAgain() {
    struck.start(RedisProcess.PASSWORD);
  }

  void stopPrimary() throws Exception {
    struck = primary();
    Signals.send(struck.pid(), "-STOP");
  }

  /** The stopped server takes itself for the primary until the sentinel demotes it. */
  void goOn() throws Exception {
    Signals.send(struck.pid(), "-CONT");
  }

  /** Whether the sentinel names another one than that which was killed or stopped. */
  boolean hasFailedOver() {
    return primary().port() != struck.port();
  }

  /** Until the other one follows the primary, so that this could fail over. */
  void awaitReplica() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () ->
                servers.stream()
                    .filter(each -> each.port() != primary().port())
                    .allMatch(
                        each ->
                            each.ask("INFO replication").contains("master_link_status:up")
                                && sentinel
                                    .ask("SENTINEL replicas main")
                                    .contains(":" + each.port())));
  }

  @Override
  public void close() {
    sentinel.close();
    servers.forEach(RedisProcess::close);
  }
}
