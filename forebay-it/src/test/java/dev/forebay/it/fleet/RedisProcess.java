package dev.forebay.it.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis as a process of its own that keeps nothing when it ends: the server that the system
 * property {@code redis.server} names, else one that comes with a library of the build. The latter
 * alone can have its clock set.
 */
final class RedisProcess implements AutoCloseable {
  static final String PASSWORD = "secret";

  private static final Pattern CALLS = Pattern.compile("cmdstat_([a-z]+)[^:]*:calls=(\\d+)");

  /**
   * What gateways send, but for deregistrations: the server counts what a script does in it by the
   * same names, so that the {@code zrem} of each lease would count twice.
   */
  private static final Set<String> OPERATIONS = Set.of("evalsha", "eval");

  private static final String NAMED = System.getProperty("redis.server", "");

  /** Of Debian's libfaketime, where it is installed. Debian's own server does not start with it. */
  private static final List<Path> FAKETIME =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

  private final StoreNetwork network;
  private final int port;
  private final List<String> options;
  private final @Nullable Path skew;
  private @Nullable Process process;

  /**
   * Starts it.
   *
   * @param network where
   * @param options of its own, which come first
   */
  RedisProcess(StoreNetwork network, int port, List<String> options) {
    this(network, port, options, null);
  }

  private RedisProcess(StoreNetwork network, int port, List<String> options, @Nullable Path skew) {
    this.network = network;
    this.port = port;
    this.options = options;
    this.skew = skew;
    start(PASSWORD);
  }

  /** Starts the build's own one, whose clock the file in that folder sets where it can be set. */
  static RedisProcess withClock(StoreNetwork network, int port, Path folder) {
    Path skew = folder.resolve("skew-" + port);
    skew(skew, 0);
    return new RedisProcess(network, port, List.of(), skew);
  }

  /** Whether its clock can be set. */
  static boolean hasClock() {
    return library().isPresent();
  }

  /** Its clock goes on from so many seconds before or after the machine's, within a second. */
  void skew(int seconds) {
    skew(Objects.requireNonNull(skew), seconds);
  }

  private static void skew(Path file, int seconds) {
    try {
      Files.writeString(file, "%+d%n".formatted(seconds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> library() {
    return FAKETIME.stream().filter(Files::exists).findFirst();
  }

  /** What makes it read its clock from the file. */
  private static Map<String, String> clock(Path file) {
    return library()
        .map(
            library ->
                Map.of(
                    "LD_PRELOAD",
                    library.toString(),
                    "FAKETIME_TIMESTAMP_FILE",
                    file.toString(),
                    "FAKETIME_CACHE_DURATION",
                    "1",
                    // Its timers are not those of the calls.
                    "FAKETIME_DONT_FAKE_MONOTONIC",
                    "1"))
        .orElse(Map.of());
  }

  /** Starts it anew, empty, and returns when it answers. */
  void start(String password) {
    List<String> command = new ArrayList<>(List.of(server()));
    command.addAll(options);
    command.addAll(List.of("--port", Integer.toString(port), "--bind", network.bind()));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--requirepass", password));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(network.launch().apply(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      if (skew != null) {
        builder.environment().putAll(clock(skew));
      }
      process = builder.start();
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
  private String server() {
    try {
      return NAMED.isEmpty() || skew != null
          ? ExecutableProvider.newJarResourceProvider().get().getAbsolutePath()
          : Files.exists(Path.of(NAMED)) ? NAMED : missing(NAMED);
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
    String info = ask(PASSWORD, "INFO server");
    // Valkey names the Redis that it is compatible with, too.
    return line(info, "valkey_version:")
        .map(version -> "Valkey " + version)
        .orElseGet(() -> "Redis " + line(info, "redis_version:").orElseThrow());
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

  int port() {
    return port;
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
    try (Socket socket = new Socket(network.host(), port)) {
      socket.setSoTimeout(5_000);
      String lines = "AUTH " + password + "\r\n" + command + "\r\n";
      socket.getOutputStream().write(lines.getBytes(UTF_8));
      // A sentinel knows no QUIT.
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> line(String answer, String key) {
    return answer
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).trim())
        .findFirst();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
