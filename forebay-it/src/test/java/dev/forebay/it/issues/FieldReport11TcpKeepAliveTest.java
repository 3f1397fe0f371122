package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.it.WireUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A connection that is silent for minutes says now and then that it is alive, on both sides. */
class FieldReport11TcpKeepAliveTest {
  private static final String KEEP_ALIVE_TIMER = "02";
  private static final int JIFFIES = 100;

  @Test
  @EnabledOnOs(OS.LINUX)
  void bothSidesSendProbes() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (WireUpstream slow =
            WireUpstream.answering(
                (connection, request) -> {
                  try {
                    seen.await(30, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    throw new IOException(e);
                  }
                  connection.json(200, WireUpstream.CONVERSE);
                });
        WireGateway gateway = new WireGateway(WireGateway.one(slow.endpoint(), ""))) {
      Thread call =
          Thread.startVirtualThread(
              () -> {
                try {
                  gateway.converse();
                } catch (IOException | InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      await().atMost(20, TimeUnit.SECONDS).until(() -> !slow.seen().isEmpty());

      assertThat(nextProbes(gateway.port(), true))
          .as("callers")
          .isNotEmpty()
          .allMatch(this::isSoon);
      assertThat(nextProbes(slow.port(), false)).as("targets").isNotEmpty().allMatch(this::isSoon);
      seen.countDown();
      call.join();
    }
  }

  private boolean isSoon(long seconds) {
    return seconds >= 0 && seconds <= 60;
  }

  /** Seconds to the next probe of each open connection; -1 for one without probes. */
  private static List<Long> nextProbes(int port, boolean own) throws IOException {
    String suffix = ":" + "%04x".formatted(port).toUpperCase(Locale.ROOT);
    try (Stream<String> ipv4 = Files.lines(Path.of("/proc/net/tcp"));
        Stream<String> ipv6 = Files.lines(Path.of("/proc/net/tcp6"))) {
      return Stream.concat(ipv4, ipv6)
          .map(line -> line.trim().split("\\s+", -1))
          .filter(words -> words.length > 5 && words[3].equals("01"))
          .filter(words -> words[own ? 1 : 2].endsWith(suffix))
          .map(words -> words[5].split(":", -1))
          .map(
              timer ->
                  timer[0].equals(KEEP_ALIVE_TIMER) ? Long.parseLong(timer[1], 16) / JIFFIES : -1)
          .toList();
    }
  }
}
