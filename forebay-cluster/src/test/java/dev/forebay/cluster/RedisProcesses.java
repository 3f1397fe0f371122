package dev.forebay.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.forebay.testkit.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import redis.embedded.core.ExecutableProvider;

/** Servers, sentinels and nodes of a Redis Cluster as processes, by their ports. */
final class RedisProcesses implements AutoCloseable {
  private static final String NAMED = System.getProperty("redis.server", "");
  private static final int SLOTS = 16_384;

  /** The port of a node for the others, above its own. */
  private static final int BUS = 10_000;

  private final Map<Integer, Process> running = new LinkedHashMap<>();

  /** Starts a server with these options; its port. */
  int server(Path folder, String... options) throws IOException {
    return start(folder, FreePort.find(), List.of(options));
  }

  /** Starts a sentinel that knows that primary as {@code main} and is quick to replace it. */
  int sentinel(Path folder, int primary, String password, String own) throws IOException {
    int port = FreePort.find();
    Path config = folder.resolve("sentinel-" + port + ".conf");
    Files.writeString(
        config,
        """
        port %d
        bind 127.0.0.1
        requirepass %s
        sentinel monitor main 127.0.0.1 %d 1
        sentinel auth-pass main %s
        sentinel down-after-milliseconds main 1000
        sentinel failover-timeout main 5000
        """
            .formatted(port, own, primary, password));
    running.put(port, process(List.of(program(), config.toString(), "--sentinel"), folder));
    awaitAnswer(port);
    return port;
  }

  /** Starts two nodes with half of the slots each; the first one's port. */
  int cluster(Path folder) throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int port = FreePort.find();
      while (port + BUS > 65_535) {
        port = FreePort.find();
      }
      start(
          Files.createDirectory(folder.resolve("node-" + port)),
          port,
          List.of("--cluster-enabled", "yes"));
      ports.add(port);
    }
    addSlots(ports.get(0), 0, SLOTS / 2);
    addSlots(ports.get(1), SLOTS / 2, SLOTS);
    ask(ports.get(1), "", "CONFIG SET cluster-require-full-coverage no");
    ask(ports.get(1), "", "CLUSTER MEET 127.0.0.1 " + ports.get(0));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                ports.stream()
                    .allMatch(
                        port ->
                            ask(port, "", "CLUSTER INFO").contains("cluster_state:ok")
                                && ask(port, "", "CLUSTER INFO")
                                    .contains("cluster_known_nodes:2")));
    return ports.get(0);
  }

  private void addSlots(int port, int from, int until) {
    StringBuilder command = new StringBuilder("CLUSTER ADDSLOTS");
    for (int slot = from; slot < until; slot++) {
      command.append(' ').append(slot);
    }
    ask(port, "", command.toString());
  }

  private int start(Path folder, int port, List<String> options) {
    List<String> command = new ArrayList<>(List.of(program(), "--port", Integer.toString(port)));
    command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
    command.addAll(List.of("--dir", folder.toString(), "--repl-diskless-sync-delay", "0"));
    command.addAll(options);
    running.put(port, process(command, folder));
    awaitAnswer(port);
    return port;
  }

  void signal(int port, String signal) throws IOException, InterruptedException {
    long pid = Objects.requireNonNull(running.get(port)).pid();
    new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
  }

  /** Does what an inline command says, with that password if it is not empty. */
  String ask(int port, String password, String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      String login = password.isEmpty() ? "" : "AUTH " + password + "\r\n";
      socket.getOutputStream().write((login + command + "\r\n").getBytes(UTF_8));
      // A sentinel knows no QUIT.
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitAnswer(int port) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> !ask(port, "", "PING").isEmpty());
  }

  private static Process process(List<String> command, Path folder) {
    try {
      return new ProcessBuilder(command)
          .directory(folder.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String program() {
    try {
      return NAMED.isEmpty()
          ? ExecutableProvider.newJarResourceProvider().get().getAbsolutePath()
          : NAMED;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    running.values().forEach(Process::destroyForcibly);
  }
}
