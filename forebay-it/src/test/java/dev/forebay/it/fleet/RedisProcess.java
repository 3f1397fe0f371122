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
import java.util.Optional;
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

  /**
   * What gateways send, but for goodbyes: the server counts what a script does in it by the same
   * names, so that the {@code zrem} of each lease would count twice.
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
  private final Path skew;
  private @Nullable Process process;

  /**
   * Starts it.
   *
   * @param network where
   * @param folder holds the file that sets its clock
   * @param options of its own, which come first
   */
  RedisProcess(StoreNetwork network, int port, Path folder, List<String> options) {
    this.network = network;
    this.port = port;
    this.options = options;
    this.skew = folder.resolve("skew-" + port);
    skew(0);
    start(PASSWORD);
  }

  /** Whether its clock can be set. */
  static boolean hasClock() {
    return library().isPresent();
  }

  /** Its clock goes on from so many seconds before or after the machine's, within a second. */
  void skew(int seconds) {
    try {
      Files.writeString(skew, "%+d%n".formatted(seconds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> library() {
    return NAMED.isEmpty() ? FAKETIME.stream().filter(Files::exists).findFirst() : Optional.empty();
  }

  private ProcessBuilder withClock(ProcessBuilder builder) {
    library()
        .ifPresent(
            library ->
                builder
                    .environment()
                    .putAll(
                        Map.of(
                            "LD_PRELOAD",
                            library.toString(),
                            "FAKETIME_TIMESTAMP_FILE",
                            skew.toString(),
                            "FAKETIME_CACHE_DURATION",
                            "1",
                            // Its timers are not those of the calls.
                            "FAKETIME_DONT_FAKE_MONOTONIC",
                            "1")));
    return builder;
  }

  /** Starts it anew, empty, and returns when it answers. */
  void start(String password) {
    List<String> command = new ArrayList<>(List.of(server()));
    command.addAll(options);
    command.addAll(List.of("--port", Integer.toString(port), "--bind", network.bind()));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--requirepass", password));
    try {
      process =
          withClock(new ProcessBuilder(network.launch().apply(command)))
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
    try {
      return NAMED.isEmpty()
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
