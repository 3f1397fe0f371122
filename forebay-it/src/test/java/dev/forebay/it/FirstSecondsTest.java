package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cli.Main;
import dev.forebay.core.Ticker;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A gateway that has just started gets calls as fast as its callers can make them: each ends by its
 * deadline, answered or refused. {@code .ci/first-seconds} bounds that to 250 ms.
 */
@Isolated("It measures when calls end.")
class FirstSecondsTest {
  private static final int PER_SECOND = 250;
  private static final int SECONDS = Integer.getInteger("first.seconds", 4);
  private static final List<Duration> DEADLINES =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(10));

  /** A machine that does other things beside is late by itself. */
  private static final Duration LATE =
      Duration.ofMillis(Boolean.getBoolean("first.quiet") ? 250 : 3_000);

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello\"}]}],\"inferenceConfig\":{\"maxTokens\":100}}";

  private static final String EMULATED =
      """
      anyModel: true
      otherModels: { latency: { timeToFirstToken: 100ms, tokensPerSecond: 1000 }, outputTokens: 100 }
      """;

  private static final Pattern LISTENS = Pattern.compile("listens on http://[^ ]*:(\\d+)");

  @TempDir private Path folder;

  /**
   * How a call ended.
   *
   * @param late how long after its deadline; negative before
   * @param begunLate how long after its time it was made: what this process lacked in time
   */
  private record End(int status, Duration late, Duration begunLate) {}

  @Test
  void callsEndByTheirDeadlinesFromTheFirstOneOn() throws Exception {
    try (Emulator emulator = Emulator.start(EmulatorConfig.parse(EMULATED));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
      // The callers and the target are warm, the gateway is not.
      for (End end : load(emulator.port(), "amazon.nova-lite-v1%3A0", 3, clock, threads)) {
        assertThat(end.status()).isEqualTo(200);
      }
      Process gateway = serve(emulator);
      try {
        List<End> ends = load(port(gateway), "chat", SECONDS, clock, threads);

        long answered = ends.stream().filter(end -> end.status() == 200).count();
        Duration latest = ends.stream().map(End::late).max(Duration::compareTo).orElseThrow();
        System.out.printf(
            Locale.ROOT,
            "%d of %d calls answered, the latest end %d ms after its deadline; callers were up to %d ms"
                + " late themselves%n",
            answered,
            ends.size(),
            latest.toMillis(),
            ends.stream().mapToLong(end -> end.begunLate().toMillis()).max().orElse(0));
        assertThat(ends).extracting(End::status).isSubsetOf(200, 408, 503);
        assertThat(latest).isLessThan(LATE);
        assertThat(answered).as("answered").isGreaterThan(ends.size() / 10);
      } finally {
        gateway.destroyForcibly().waitFor();
      }
    }
  }

  private static List<End> load(
      int port, String model, int seconds, ScheduledExecutorService clock, ExecutorService threads)
      throws Exception {
    List<CompletableFuture<Future<End>>> begun = new ArrayList<>();
    long first = Ticker.system().nanos();
    for (int i = 0; i < PER_SECOND * seconds; i++) {
      String operation = i % 2 == 0 ? "converse" : "converse-stream";
      Duration deadline = DEADLINES.get(i / 2 % DEADLINES.size());
      CompletableFuture<Future<End>> call = new CompletableFuture<>();
      long at = TimeUnit.SECONDS.toNanos(i) / PER_SECOND;
      var unused =
          clock.schedule(
              () ->
                  call.complete(
                      threads.submit(() -> call(port, model, operation, deadline, first + at))),
              first + at - Ticker.system().nanos(),
              TimeUnit.NANOSECONDS);
      begun.add(call);
    }
    List<End> ends = new ArrayList<>();
    for (CompletableFuture<Future<End>> call : begun) {
      ends.add(call.get(60, TimeUnit.SECONDS).get(60, TimeUnit.SECONDS));
    }
    return ends;
  }

  private static End call(
      int port, String model, String operation, Duration deadline, long dueNanos)
      throws IOException {
    long begun = Ticker.system().nanos();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(
              ("POST /model/%s/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "x-forebay-deadline-ms: %d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s")
                  .formatted(model, operation, deadline.toMillis(), BODY.length(), BODY)
                  .getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      Duration took = Duration.ofNanos(Ticker.system().nanos() - begun);
      int status = Integer.parseInt(answer.substring(9, 12));
      return new End(status, took.minus(deadline), Duration.ofNanos(begun - dueNanos));
    }
  }

  private Process serve(Emulator emulator) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("forebay.yaml"),
            """
            server: { port: 0 }
            targets:
              one: { region: us-east-1, model: "amazon.nova-lite-v1:0", endpoint: "%s", credentials: anonymous }
            routes:
              chat: { tiers: [[one]], deadline: 10s }
            """
                .formatted(emulator.endpoint()));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName(),
            "serve",
            "--config",
            config.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int port(Process process) throws IOException {
    BufferedReader out = process.inputReader(UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher listens = LISTENS.matcher(line);
      if (listens.find()) {
        return Integer.parseInt(listens.group(1));
      }
    }
    throw new AssertionError("the gateway ended");
  }
}
