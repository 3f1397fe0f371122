package dev.forebay.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.forebay.testkit.FreePort;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * Servers, sentinels and nodes of a Redis Cluster as processes, by their ports; with a certificate
 * they speak nothing but TLS, also among each other.
 */
final class RedisProcesses implements AutoCloseable {
  private static final String NAMED = System.getProperty("redis.server", "");

  private static final int SLOTS = 16_384;

  /** The port of a node for the others, above its own. */
  private static final int BUS = 10_000;

  private final @Nullable TestCertificate certificate;
  private final Map<Integer, Process> running = new LinkedHashMap<>();

  RedisProcesses(@Nullable TestCertificate certificate) {
    this.certificate = certificate;
  }

  /** Starts a server with these options; its port. */
  int server(Path folder, String... options) throws IOException {
    return start(folder, FreePort.find(), List.of(options));
  }

  /** Starts a sentinel that knows that primary as {@code main} and is quick to replace it. */
  int sentinel(Path folder, int primary, String password, String own) throws IOException {
    int port = FreePort.find();
    Path config = folder.resolve("sentinel-" + port + ".conf");
    StringBuilder text = new StringBuilder();
    listening(port).forEach((key, value) -> text.append(key + " " + value + "\n"));
    text.append(
        """
        requirepass %s
        sentinel monitor main 127.0.0.1 %d 1
        sentinel auth-pass main %s
        sentinel down-after-milliseconds main 1000
        sentinel failover-timeout main 5000
        """
            .formatted(own, primary, password));
    Files.writeString(config, text);
    running.put(port, process(List.of(program(), config.toString(), "--sentinel"), folder));
    awaitAnswer(port);
    return port;
  }

  /**
   * Starts nodes with equal parts of the slots, each with so many replicas that take its place
   * after a second; their ports, the primaries' first.
   */
  List<Integer> cluster(Path folder, int primaries, int replicas) throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < primaries * (1 + replicas); i++) {
      int port = FreePort.find();
      while (port + BUS > 65_535) {
        port = FreePort.find();
      }
      start(
          Files.createDirectory(folder.resolve("node-" + port)),
          port,
          List.of(
              "--cluster-enabled",
              "yes",
              "--cluster-node-timeout",
              "1000",
              "--cluster-require-full-coverage",
              "no"));
      ports.add(port);
    }
    for (int i = 0; i < primaries; i++) {
      addSlots(ports.get(i), i * SLOTS / primaries, (i + 1) * SLOTS / primaries);
    }
    ports.forEach(port -> ask(port, "", "CLUSTER MEET 127.0.0.1 " + ports.getFirst()));
    awaitAll(ports, "CLUSTER INFO", "cluster_known_nodes:" + ports.size());
    List<Integer> copies = ports.subList(primaries, ports.size());
    for (int i = 0; i < copies.size(); i++) {
      int copy = copies.get(i);
      String of = ask(ports.get(i % primaries), "", "CLUSTER MYID").lines().toList().getLast();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ask(copy, "", "CLUSTER REPLICATE " + of).startsWith("+OK"));
    }
    awaitAll(copies, "INFO replication", "master_link_status:up");
    awaitAll(ports, "CLUSTER INFO", "cluster_state:ok");
    awaitAll(ports, "CLUSTER INFO", "cluster_slots_ok:" + SLOTS);
    return ports;
  }

  private void awaitAll(List<Integer> ports, String command, String answer) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ports.stream().allMatch(port -> ask(port, "", command).contains(answer)));
  }

  private void addSlots(int port, int from, int until) {
    StringBuilder command = new StringBuilder("CLUSTER ADDSLOTS");
    for (int slot = from; slot < until; slot++) {
      command.append(' ').append(slot);
    }
    ask(port, "", command.toString());
  }

  private int start(Path folder, int port, List<String> options) {
    List<String> command = new ArrayList<>(List.of(program()));
    listening(port).forEach((key, value) -> command.addAll(List.of("--" + key, value)));
    command.addAll(List.of("--save", "", "--appendonly", "no"));
    command.addAll(List.of("--dir", folder.toString(), "--repl-diskless-sync-delay", "0"));
    command.addAll(options);
    running.put(port, process(command, folder));
    awaitAnswer(port);
    return port;
  }

  private Map<String, String> listening(int port) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("bind", "127.0.0.1");
    options.put("port", certificate == null ? Integer.toString(port) : "0");
    if (certificate != null) {
      options.put("tls-port", Integer.toString(port));
      options.put("tls-cert-file", certificate.certificate().toString());
      options.put("tls-key-file", certificate.key().toString());
      options.put("tls-ca-cert-file", certificate.certificate().toString());
      options.put("tls-auth-clients", "no");
      options.put("tls-replication", "yes");
      options.put("tls-cluster", "yes");
    }
    return options;
  }

  void signal(int port, String signal) throws IOException, InterruptedException {
    long pid = Objects.requireNonNull(running.get(port)).pid();
    new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
  }

  /** Does what an inline command says, with that password if it is not empty; its answer. */
  String ask(int port, String password, String command) {
    try (Socket socket = connect(port)) {
      socket.setSoTimeout(5_000);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      if (!password.isEmpty()) {
        socket.getOutputStream().write(("AUTH " + password + "\r\n").getBytes(UTF_8));
        String unused = answer(in);
      }
      socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
      return answer(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket connect(int port) throws IOException {
    return certificate == null
        ? new Socket(InetAddress.getLoopbackAddress(), port)
        : certificate.connect(port);
  }

  /** As it is on the wire. */
  private static String answer(InputStream in) throws IOException {
    String line = line(in);
    char kind = line.charAt(0);
    if (kind != '$' && kind != '*') {
      return line;
    }
    int length = Integer.parseInt(line.substring(1).trim());
    if (kind == '$') {
      return line + new String(in.readNBytes(length < 0 ? 0 : length + 2), UTF_8);
    }
    StringBuilder all = new StringBuilder(line);
    for (int i = 0; i < length; i++) {
      all.append(answer(in));
    }
    return all.toString();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next;
    do {
      next = in.read();
      if (next < 0) {
        throw new EOFException(line.toString());
      }
      line.append((char) next);
    } while (next != '\n');
    return line.toString();
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
