package dev.forebay.it.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A process of ours, whose lines are heard until it is killed. */
public final class Crew implements AutoCloseable {
  static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  private static final int LAST_LINES = 20;

  private final Process process;
  private final Thread reader;
  private final Path errors;

  /**
   * Starts the process.
   *
   * @param heard gets its lines, on a thread of its own
   */
  public Crew(Class<?> main, List<String> arguments, Consumer<String> heard) {
    this(ClassArchive.NONE, main, arguments, heard);
  }

  /** As above, from an archive of its classes. */
  public Crew(ClassArchive archive, Class<?> main, List<String> arguments, Consumer<String> heard) {
    try {
      errors = Files.createTempFile("crew", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command(archive, main, arguments)).redirectError(errors.toFile());
      builder.environment().put("STORE_PASSWORD", "secret");
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // A read of a pipe holds its thread, and with it a carrier of virtual ones.
    reader = Thread.ofPlatform().daemon().start(() -> read(heard));
  }

  static List<String> command(ClassArchive archive, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(archive.flags());
    command.addAll(List.of("-cp", archive.classPath(), main.getName()));
    command.addAll(arguments);
    return command;
  }

  private void read(Consumer<String> heard) {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard.accept(line);
      }
    } catch (IOException e) {
      // Killed in the middle of a line, which then says nothing.
    }
  }

  /** Says a line to it. */
  void tell(String line) {
    try {
      process.outputWriter(UTF_8).append(line).append('\n').flush();
    } catch (IOException e) {
      // It is dead.
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until it is ready. On a machine that is starved a store may be out of reach at the start,
   * and the process says so and ends, so that its supervisor starts another.
   *
   * @return whether it is, and has not ended
   */
  public boolean isReady(CountDownLatch ready, Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> ready.getCount() == 0 || !isAlive());
    if (!isAlive()) {
      System.out.println("a process did not start: " + lastWords());
    }
    return isAlive();
  }

  /** What it said last on its standard error. */
  public String lastWords() {
    try {
      List<String> lines = Files.readAllLines(errors);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** SIGKILL; returns when the last of its lines has been heard. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Returns when it has ended by itself and the last of its lines has been heard. */
  public void awaitEnd() throws InterruptedException {
    process.waitFor();
    reader.join();
    deleteErrors();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    deleteErrors();
  }

  private void deleteErrors() {
    try {
      Files.deleteIfExists(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
