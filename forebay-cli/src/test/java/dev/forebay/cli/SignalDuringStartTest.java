package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A signal may come as soon as calls may, which is before the start is over. */
class SignalDuringStartTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void aStartThatGoesOnEndsInOrder() throws Exception {
    assertThat(exitCode("well", true)).isZero();
  }

  @Test
  void anEndThatGoesBadlySaysSo() throws Exception {
    assertThat(exitCode("badly", true)).isEqualTo(1);
  }

  @Test
  void aStartThatFailsThenHasNothingToEnd() throws Exception {
    assertThat(exitCode("fails", true)).as("128 and the number of SIGTERM").isEqualTo(143);
  }

  @Test
  void aStartThatFailsWithoutASignalEndsWithItsOwnCode() throws Exception {
    assertThat(exitCode("fails", false)).isEqualTo(3);
  }

  /** Of a process that is in the middle of its start when the signal comes, and then goes on. */
  private static int exitCode(String course, boolean signalled) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Starting.class.getName(),
                course)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader();
        OutputStream in = process.getOutputStream()) {
      assertThat(out.readLine()).isEqualTo("starting");
      if (signalled) {
        // Process.destroy() would close the pipes.
        assertThat(process.toHandle().destroy()).isTrue();
        assertThat(out.readLine()).isEqualTo("signalled");
      }
      in.write("on\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Such a process. */
  static final class Starting {
    private Starting() {}

    public static void main(String[] args) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("signalled")));
      try {
        Lifetime.serve(
            () -> {
              System.out.println("starting");
              waitForTheTest();
              if (args[0].equals("fails")) {
                throw new IllegalStateException("It does not start");
              }
              return () -> Future.succeededFuture(args[0].equals("well"));
            },
            LONG);
      } catch (IllegalStateException e) {
        System.exit(3);
      }
    }

    private static void waitForTheTest() {
      try (BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
        in.readLine();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
