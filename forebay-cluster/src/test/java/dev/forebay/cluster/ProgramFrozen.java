package dev.forebay.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that is frozen between its calls, as AWS Lambda does it, while the server closes its
 * connections; and one that makes no calls for a while. Too slow for a usual build, which does not
 * find it; {@code .ci/fleet kit} runs it.
 */
class ProgramFrozen {
  private static final Duration FREEZE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final RedisProcesses processes = new RedisProcesses(null);
  private final Ticker clock = Ticker.system();
  private int port;
  private Process program;
  private BufferedReader out;

  @BeforeEach
  void start() throws IOException {
    port = processes.server(folder);
    program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RestingProgram.class.getName(),
                "redis://127.0.0.1:" + port)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    out = new BufferedReader(new InputStreamReader(program.getInputStream(), UTF_8));
    assertThat(out.readLine()).isEqualTo("ready");
  }

  @AfterEach
  void stop() {
    program.destroyForcibly();
    processes.close();
  }

  @Test
  void theFirstCallAfterAFreezeWaitsForNothingAndALeaseIsBackAtOnce() throws Exception {
    awaitLease();
    freeze(FREEZE);
    long from = clock.nanos();
    String[] calls = say("calls 1").split(" ", -1);
    awaitLease();
    long leased = Duration.ofNanos(clock.nanos() - from).toMillis();
    System.out.printf(
        "after %d s with closed connections: the first call began after %s ms, a lease was there"
            + " after %d ms%n",
        FREEZE.toSeconds(), calls[0], leased);
    assertThat(Long.parseLong(calls[0])).isLessThan(50);
    assertThat(leased).as("not as late as a renewal").isLessThan(LeaseHolder.RENEW_MILLIS);
  }

  @Test
  void whoMakesNoCallsHasNoThreadsAndAsksForNothing() throws Exception {
    awaitLease();
    await()
        .atMost(Fleet.RESTS_AFTER.multipliedBy(3))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> say("state").equals("false []"));
    assertThat(processes.ask(port, "", "CLIENT LIST").lines().filter(line -> line.startsWith("id")))
        .as("this question's own connection")
        .hasSize(1);
    String[] calls = say("calls 1").split(" ", -1);
    assertThat(Long.parseLong(calls[0])).isLessThan(50);
    awaitLease();
  }

  private void awaitLease() {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              String unused = say("calls 1");
              return say("state").startsWith("true");
            });
  }

  private void freeze(Duration length) {
    signal("-STOP");
    for (String kind : List.of("normal", "pubsub")) {
      processes.ask(port, "", "CLIENT KILL TYPE " + kind);
    }
    long until = clock.nanos() + length.toNanos();
    await()
        .atMost(length.multipliedBy(2))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> clock.nanos() >= until);
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", name, Long.toString(program.pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String say(String line) {
    try {
      program.getOutputStream().write((line + "\n").getBytes(UTF_8));
      program.getOutputStream().flush();
      return out.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
