package dev.forebay.benchmarks.fleet;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;

/** A Redis of this run's own: the program that is named, else the one that comes with a library. */
final class Server implements AutoCloseable {
  private final RedisServer process;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final String url;

  Server(String program) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    process =
        RedisServer.newRedisServer()
            .executableProvider(
                program.isEmpty()
                    ? ExecutableProvider.newJarResourceProvider()
                    : () -> new File(program))
            .port(port)
            .bind("127.0.0.1")
            .setting("save \"\"")
            .setting("appendonly no")
            .build();
    process.start();
    url = "redis://127.0.0.1:" + port;
    client = RedisClient.create(url);
    connection = client.connect();
  }

  String url() {
    return url;
  }

  String version() {
    Matcher version =
        Pattern.compile("redis_version:(\\S+)").matcher(connection.sync().info("server"));
    return version.find() ? version.group(1) : "?";
  }

  /**
   * What nodes have asked, by the server's own count: scripts, and those reads that are not a part
   * of a script. Goodbyes are left out, as scripts use their command too.
   */
  long operations() {
    Matcher each =
        Pattern.compile("cmdstat_([a-z]+):calls=(\\d+)")
            .matcher(connection.sync().info("commandstats"));
    long scripts = 0;
    long reads = 0;
    while (each.find()) {
      long calls = Long.parseLong(each.group(2));
      switch (each.group(1)) {
        case "eval", "evalsha" -> scripts += calls;
        case "get" -> reads += calls;
        default -> {}
      }
    }
    return scripts + Math.max(0, reads - scripts);
  }

  @Override
  public void close() throws IOException {
    client.shutdown();
    process.stop();
  }
}
