package dev.forebay.it.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cli.Main;
import dev.forebay.core.Ticker;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Answers that are several times as large as the heap, half of them for callers that do not read:
 * the process does not run out of memory, each call ends, and others are served meanwhile. {@code
 * .ci/memory} runs it with forty answers of 20 MB, and measures.
 */
@Order(Order.DEFAULT - 1)
class HeldBytesTest {
  private static final int HEAP_MB = Integer.getInteger("memory.heap", 80);
  private static final int ANSWER_BYTES = Integer.getInteger("memory.answer", 6_000_000);
  private static final int CALLS = Integer.getInteger("memory.calls", 14);

  /** Whether the machine does nothing else, so that times can be bounded. */
  private static final boolean QUIET = Boolean.getBoolean("memory.quiet");

  private static final Duration LATE = Duration.ofMillis(250);
  private static final Duration HEALTHY = Duration.ofSeconds(1);

  /** Calls one by one: a cold process refuses what it cannot begin in time. */
  private static final int WARM_UP = 4;

  private static final Duration DEADLINE =
      Duration.ofSeconds(Integer.getInteger("memory.deadline", 8));

  /** This machine may do other things beside. */
  private static final Duration ENDS_BY = DEADLINE.plusSeconds(15);

  @TempDir private Path folder;

  /** How one call ended: its status, or 0 without an answer, and the bytes of its body. */
  private record End(int status, String head, long bytes, boolean whole, Duration headAfter) {}

  @ParameterizedTest
  @CsvSource({"converse, true", "converse, false", "converse-stream, true"})
  void largeAnswersNeverTakeMoreThanThereIs(String operation, boolean announced) throws Exception {
    try (LargeAnswers upstream = new LargeAnswers(ANSWER_BYTES, announced);
        SmallProcess gateway = gateway(upstream.endpoint());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Http http = Http.offeringHttp2()) {
      int port = gateway.port();
      for (int i = 0; i < WARM_UP; i++) {
        var unused = read(begin(port, operation), now());
      }
      long rssBefore = gateway.rssMegabytes();
      HealthProbe probe = new HealthProbe(port);
      List<Socket> silent = new ArrayList<>();
      List<Future<End>> ends = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        if (i % 2 == 0) {
          silent.add(begin(port, operation));
        } else {
          long begun = now();
          Socket socket = begin(port, operation);
          ends.add(threads.submit(() -> read(socket, begun)));
        }
      }
      for (Future<End> end : ends) {
        int small = small(http, port);
        if (announced) {
          assertThat(small).as("a small call beside them").isEqualTo(200);
        } else {
          // While a body of unknown length is joined it is held twice for a moment.
          assertThat(small).isIn(200, 503);
        }
        assertThat(health(http, port)).isEqualTo(200);
        End ended = end.get(ENDS_BY.toSeconds(), TimeUnit.SECONDS);
        if (ended.status() == 503) {
          assertThat(ended.head()).contains("retry-after: 1");
        } else {
          // 408: a busy machine may take longer than the deadline for what has room.
          assertThat(ended.status()).as(gateway.said()).isIn(200, 408);
        }
        if (QUIET) {
          assertThat(ended.headAfter()).isLessThan(DEADLINE.plus(LATE));
        }
      }
      Duration slowest = probe.stop();
      int size = operation.equals("converse") ? upstream.answerBytes() : upstream.streamBytes();
      assertThat(ends.stream().map(Future::resultNow))
          .as("whole answers: callers that do not read make way")
          .filteredOn(end -> end.whole() && end.bytes() >= size)
          .hasSizeGreaterThan(1);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                JsonObject status = status(http, port);
                assertThat(status.getJsonObject("memory").getLong("heldBytes")).isZero();
                assertThat(status.getInteger("calls")).isZero();
              });
      JsonObject memory = status(http, port).getJsonObject("memory");
      assertThat(memory.getLong("idleCallers")).isPositive();
      assertThat(read(begin(port, operation), now()).whole())
          .as("a large call after them")
          .isTrue();
      long readers = ends.stream().filter(end -> end.resultNow().whole()).count();
      System.out.printf(
          Locale.ROOT,
          "%s, %s length: %d of %d readers answered, the last head after %d ms, the slowest"
              + " /healthz %d ms, RSS %d MB before%n",
          operation,
          announced ? "known" : "unknown",
          readers,
          ends.size(),
          ends.stream().mapToLong(end -> end.resultNow().headAfter().toMillis()).max().orElse(0),
          slowest.toMillis(),
          rssBefore);
      if (QUIET) {
        assertThat(slowest).isLessThan(HEALTHY);
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () -> assertThat(gateway.rssMegabytes()).isLessThan(rssBefore * 5 / 4 + 32));
      }
      for (Socket socket : silent) {
        socket.close();
      }
      assertThat(gateway.isAlive()).isTrue();
      gateway.terminate();
      assertThat(gateway.exitCode()).as(gateway.said()).isZero();
      assertThat(gateway.said()).doesNotContain("OutOfMemoryError");
    }
  }

  private SmallProcess gateway(URI upstream) throws IOException {
    Path config = folder.resolve("gateway.yaml");
    Files.writeString(
        config,
        """
        server: { port: 0 }
        targets:
          one: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: "%s", credentials: anonymous,
                 timeouts: { idle: 20s } }
        routes:
          chat: { tiers: [[one]], deadline: %ds }
        """
            .formatted(upstream, DEADLINE.toSeconds()));
    return new SmallProcess(
        HEAP_MB,
        QUIET ? SmallProcess.LAUNCHER : SmallProcess.LEAST,
        Main.class,
        List.of("serve", "--config", config.toString()));
  }

  private static String body(String text) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"%s\"}]}],\"inferenceConfig\":{\"maxTokens\":10}}"
        .formatted(text);
  }

  /** Sends a call and reads nothing of its answer. */
  private static Socket begin(int port, String operation) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) ENDS_BY.toMillis());
    String body = body("large");
    socket
        .getOutputStream()
        .write(
            ("POST /model/chat/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "x-forebay-deadline-ms: %d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s")
                .formatted(operation, DEADLINE.toMillis(), body.length(), body)
                .getBytes(UTF_8));
    return socket;
  }

  private static long now() {
    return Ticker.system().nanos();
  }

  private static End read(Socket socket, long begunNanos) throws IOException {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return new End(0, head.toString(), 0, false, Duration.ofNanos(now() - begunNanos));
        }
        head.append((char) next);
      }
      Duration headAfter = Duration.ofNanos(now() - begunNanos);
      byte[] piece = new byte[65_536];
      long bytes = 0;
      StringBuilder last = new StringBuilder();
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        bytes += length;
        last.append(new String(piece, Math.max(0, length - 300), Math.min(300, length), UTF_8));
        last.delete(0, Math.max(0, last.length() - 300));
      }
      boolean whole = last.indexOf("end_turn") >= 0;
      int status = Integer.parseInt(head.substring(9, 12));
      return new End(status, head.toString(), bytes, whole, headAfter);
    }
  }

  private static int small(Http http, int port) throws Exception {
    return http.bytes(
            Http.post(
                Http.local(port, "/model/chat/converse"),
                body("small"),
                "x-forebay-deadline-ms",
                "20000"))
        .statusCode();
  }

  private static int health(Http http, int port) throws Exception {
    return get(http, port, "/healthz").statusCode();
  }

  private static JsonObject status(Http http, int port) throws Exception {
    return new JsonObject(get(http, port, "/api/status").body());
  }

  private static HttpResponse<String> get(Http http, int port, String path) throws Exception {
    return http.text(Http.get(Http.local(port, path)));
  }
}
