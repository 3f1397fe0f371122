package dev.forebay.cluster;

import dev.forebay.testkit.FreePort;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis in a process of its own, on the loopback address: the server that the system property
 * {@code redis.server} names, else the one that comes with a library of this build.
 */
final class TestRedis implements AutoCloseable {
  private static final String NAMED = System.getProperty("redis.server", "");

  private final int port;
  private final RedisServer server;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  private TestRedis(int port, RedisServer server) {
    this.port = port;
    this.server = server;
    this.client = RedisClient.create(url());
    this.connection = client.connect();
  }

  static TestRedis start() {
    try {
      int port = FreePort.find();
      RedisServer server =
          RedisServer.newRedisServer()
              .executableProvider(
                  NAMED.isEmpty()
                      ? ExecutableProvider.newJarResourceProvider()
                      : () -> new File(NAMED))
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("appendonly no")
              .build();
      server.start();
      return new TestRedis(port, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String url() {
    return "redis://" + address();
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Changes a setting. */
  void set(String name, String value) {
    connection.sync().configSet(name, value);
  }

  /** Lets a user in, who may do everything. */
  void let(String user, String password) {
    connection
        .sync()
        .aclSetuser(
            user,
            AclSetuserArgs.Builder.on()
                .addPassword(password)
                .allKeys()
                .allChannels()
                .allCommands());
  }

  /** Gives a user another password, and disconnects it. */
  void change(String user, String password) {
    connection.sync().aclSetuser(user, AclSetuserArgs.Builder.resetpass().addPassword(password));
    connection.sync().clientKill(KillArgs.Builder.user(user));
  }

  /** Denies clients of that name the channels, or grants them again. */
  void letHear(String user, boolean hears) {
    AclSetuserArgs channels = AclSetuserArgs.Builder.resetChannels();
    connection.sync().aclSetuser(user, hears ? channels.allChannels() : channels);
  }

  /** Changes when what is in a sorted set ends. */
  void ends(String key, String member, long millis) {
    connection.sync().zadd(key, (double) millis, member);
  }

  void flush() {
    connection.sync().flushall();
  }

  /** Removes what the stores of one prefix hold. */
  void flush(String prefix) {
    List<String> keys = connection.sync().keys("forebay:*:" + prefix + ":*");
    if (!keys.isEmpty()) {
      connection.sync().del(keys.toArray(String[]::new));
    }
  }

  /** Drops the scripts that it was given. */
  void forgetScripts() {
    connection.sync().scriptFlush();
  }

  /** The time of its clock. */
  long millis() {
    var time = connection.sync().time();
    return Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
  }

  /** What it calls itself. Valkey names the Redis that it is compatible with, too. */
  String version() {
    String info = connection.sync().info("server");
    return line(info, "valkey_version:")
        .map(version -> "Valkey " + version)
        .orElseGet(() -> "Redis " + line(info, "redis_version:").orElseThrow());
  }

  private static Optional<String> line(String info, String key) {
    return info.lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).trim())
        .findFirst();
  }

  /** What it was asked to run, so far. */
  long commands() {
    String stats = connection.sync().info("stats");
    return Long.parseLong(line(stats, "total_commands_processed:").orElseThrow());
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
