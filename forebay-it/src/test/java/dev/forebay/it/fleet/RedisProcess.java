package dev.forebay.it.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis as a process of its own that keeps nothing when it ends: the server that the system
 * property {@code redis.server} names, else one that comes with a library of the build.
 */
final class RedisProcess implements AutoCloseable {
  static final String PASSWORD = "secret";

  private static final Pattern CALLS = Pattern.compile("cmdstat_([a-z]+)[^:]*:calls=(\\d+)");

  /** What gateways send; what a script does in the server is a part of its {@code evalsha}. */
  private static final Set<String> OPERATIONS = Set.of("evalsha", "eval", "zrem");

  private final int port;
  private @Nullable Process process;

  RedisProcess(int port) {
    this.port = port;
    start(PASSWORD);
  }

  /** Starts it anew, empty, and returns when it answers. */
  void start(String password) {
    List<String> command = new ArrayList<>(List.of(server(), "--port", Integer.toString(port)));
    command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
    command.addAll(List.of("--requirepass", password));
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> ask(password, "PING").contains("+PONG"));
  }

  /** Where its program is. */
  private static String server() {
    String named = System.getProperty("redis.server", "");
    try {
      return named.isEmpty()
          ? ExecutableProvider.newJarResourceProvider().get().getAbsolutePath()
          : Files.exists(Path.of(named)) ? named : missing(named);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String missing(String named) {
    throw new IllegalArgumentException(
        "redis.server names %s, which does not exist: name a redis-server, or leave it out"
            .formatted(named));
  }

  /** What it calls itself. */
  String version() {
    return line(ask(PASSWORD, "INFO server"), "redis_version:");
  }

  /** Operations that it was sent since its start. */
  long operations() {
    Matcher each = CALLS.matcher(ask(PASSWORD, "INFO commandstats"));
    long sum = 0;
    while (each.find()) {
      sum += OPERATIONS.contains(each.group(1)) ? Long.parseLong(each.group(2)) : 0;
    }
    return sum;
  }

  /** Does what an inline command says. */
  String ask(String command) {
    return ask(PASSWORD, command);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  long pid() {
    if (process == null) {
      throw new IllegalStateException("it was never started");
    }
    return process.pid();
  }

  private String ask(String password, String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      String lines = "AUTH " + password + "\r\n" + command + "\r\nQUIT\r\n";
      socket.getOutputStream().write(lines.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(String answer, String key) {
    return answer
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).trim())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
