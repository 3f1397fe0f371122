package dev.forebay.it.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of a small heap that serves a gateway, and what it says. */
final class SmallProcess implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("listens on http://[^ ]*:(\\d+)");

  /** For many of them beside each other. */
  static final List<String> LEAST = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** What {@code ./forebay serve} passes that bears on memory. */
  static final List<String> LAUNCHER =
      List.of(
          "-Xms64m",
          "-XX:G1PeriodicGCInterval=5000",
          "-XX:MinHeapFreeRatio=30",
          "-XX:MaxHeapFreeRatio=50",
          "-XX:+ExitOnOutOfMemoryError");

  private final Process process;
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final Thread err;

  SmallProcess(int heapMegabytes, Class<?> main, List<String> arguments) throws IOException {
    this(heapMegabytes, LEAST, main, arguments);
  }

  SmallProcess(int heapMegabytes, List<String> options, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(options);
    command.addAll(
        List.of(
            "-Xmx" + heapMegabytes + "m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            main.getName()));
    command.addAll(arguments);
    process = new ProcessBuilder(command).start();
    Thread.ofPlatform().daemon().start(() -> read(process.inputReader(UTF_8)));
    err = Thread.ofPlatform().daemon().start(() -> read(process.errorReader(UTF_8)));
  }

  private void read(BufferedReader lines) {
    try (lines) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        errors.add(line);
        Matcher listens = LISTENS.matcher(line);
        if (listens.find()) {
          port.complete(Integer.valueOf(listens.group(1)));
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  int port() throws Exception {
    return port.get(90, TimeUnit.SECONDS);
  }

  /** What it has said so far, on either output. */
  String said() {
    return String.join("\n", errors);
  }

  long rssMegabytes() throws IOException {
    for (String line :
        Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1_024;
      }
    }
    throw new IOException("no VmRSS");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit code, once it has ended by itself. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it has not ended: " + said());
    }
    err.join();
    return process.exitValue();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
