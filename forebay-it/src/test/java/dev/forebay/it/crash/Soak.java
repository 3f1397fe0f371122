package dev.forebay.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.it.process.RealTime;
import dev.forebay.it.process.Signals;
import dev.forebay.testkit.FreePort;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway under mixed traffic for minutes, at half of the rate that it answers at most: whole
 * answers, streams, jobs, callers that leave, callers that do not read, bad requests, faults of the
 * target, reloads, a collector of spans that is not there, moments in which the process is frozen
 * (SIGSTOP). Each call's end is checked by {@link SoakCalls}, and what the process holds must stay
 * flat by the rule of {@link Footprint}, and be given back in the end.
 *
 * <p>Not found by a usual build; {@code .ci/soak} runs it. {@code -Dsoak.seconds=N}; {@code
 * -Dsoak.leak=KIND} lets the process leak one {@link Footprint.Kind}, or for {@code HELD} ever more
 * callers begin a body and never end it: that kind must be found.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class Soak {
  private static final int SECONDS = Integer.getInteger("soak.seconds", 60);
  private static final String LEAK = System.getProperty("soak.leak", "");
  private static final Duration FROZEN = Duration.ofSeconds(1);
  private static final int CALLERS_AT_MOST = 64;

  /** So many callers with a body that does not end there are in the end, if that is the leak. */
  private static final int MOST_UNENDING = 24;

  /** A heap that is resident from the start, so that resident memory grows by what is beside it. */
  private static final ClassArchive ALL_TOUCHED =
      new ClassArchive(Crew.CLASS_PATH, List.of("-Xms256m", "-XX:+AlwaysPreTouch"));

  private static final String FAULTS =
      """
      [{"model":"%1$s","probability":0.06,"error":{"exception":"ThrottlingException"}},
       {"model":"%1$s","probability":0.06,"error":{"exception":"ServiceUnavailableException"}},
       {"model":"%1$s","probability":0.03,"reset":{"at":"headers"}}]
      """
          .formatted("amazon.nova-lite-v1:0");

  private final Ticker ticker = Ticker.system();
  private final SoakCalls calls = new SoakCalls(Duration.ofSeconds(4), FROZEN);
  private final AtomicLong liveBytes = new AtomicLong();
  private volatile boolean isOver;
  private int port;
  @TempDir private Path folder;

  @Test
  void nothingGrowsAndEachCallEndsAsItShould() throws Exception {
    Vertx vertx = Vertx.vertx();
    Crew process = null;
    try (ScheduledExecutorService timers = Executors.newScheduledThreadPool(2);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Emulator emulator =
          Emulator.start(
              EmulatorConfig.parse(
                  """
                  models:
                    "amazon.nova-lite-v1:0": { maxTokens: 8192, latency: { timeToFirstToken: 20ms, tokensPerSecond: 2000 }, outputTokens: 40 }
                    "amazon.nova-micro-v1:0": { maxTokens: 8192, latency: { timeToFirstToken: 20ms, tokensPerSecond: 2000 }, outputTokens: 40 }
                    "amazon.nova-pro-v1:0": { maxTokens: 8192, latency: { timeToFirstToken: 20ms, tokensPerSecond: 100000 }, outputTokens: 8000 }
                  """),
              vertx);
      process = start(emulator.endpoint());
      SoakCalls.Read faults =
          calls.send("POST", emulator.endpoint() + "/_emulator/faults", FAULTS, Map.of());
      assertThat(faults.status()).as(faults.body()).isEqualTo(200);
      double rate = half();
      Footprint.Sample before = Footprint.Sample.of(process.pid(), liveBytes.get() >> 20, 0);
      System.out.printf("at %.1f calls a second for %d s%n", rate, SECONDS);
      Footprint footprint = new Footprint(before);
      soak(footprint, process, rate, timers, callers, emulator.endpoint());
      isOver = true;
      timers.shutdown();
      callers.shutdown();
      assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).as("each call ends").isTrue();
      System.out.println(calls.summary());
      System.out.print(footprint.table());
      List<Footprint.Kind> growth = footprint.growth();
      System.out.println("grows: " + growth);
      assertThat(growth).isEmpty();
      calls.jobsAreDone();
      assertThat(calls.violations().stream().limit(20)).isEmpty();
      // Each look at the status would use another of the kept connections, and none would expire.
      calls.hangUp();
      allIsGivenBack(process, footprint);
    } finally {
      isOver = true;
      if (process != null) {
        process.kill();
      }
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  /** Half of the rate of eight callers that ask again at once. */
  private double half() throws Exception {
    long began = ticker.nanos();
    LongAdder answered = new LongAdder();
    try (ExecutorService eager = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        var unused =
            eager.submit(
                () -> {
                  while (ticker.nanos() - began < TimeUnit.SECONDS.toNanos(5)) {
                    calls.whole();
                    answered.increment();
                  }
                  return null;
                });
      }
    }
    return Math.max(2, answered.sum() / (ticker.nanos() - began + 0.0) * 1e9 / 2);
  }

  private void soak(
      Footprint footprint,
      Crew process,
      double rate,
      ScheduledExecutorService timers,
      ExecutorService callers,
      URI upstream)
      throws Exception {
    LongAdder underway = new LongAdder();
    var calling =
        timers.scheduleAtFixedRate(
            () -> {
              if (underway.sum() < CALLERS_AT_MOST) {
                underway.increment();
                callers.execute(
                    () -> {
                      calls.next();
                      underway.decrement();
                    });
              }
            },
            0,
            (long) (1_000_000 / rate),
            TimeUnit.MICROSECONDS);
    int unending = 0;
    for (int second = 0; second < SECONDS; second++) {
      RealTime.pass(Duration.ofSeconds(1));
      footprint.add(Footprint.Sample.of(process.pid(), liveBytes.get() >> 20, heldBytes() >> 10));
      if (LEAK.equals("HELD") && unending < MOST_UNENDING * (second + 1) / SECONDS) {
        unending++;
        Thread.ofVirtual().start(this::sendBodiesThatDoNotEnd);
      }
      if (second % 7 == 6) {
        configure(upstream, second % 2 == 0 ? 3 : 4);
      }
      if (second % 20 == 13) {
        Signals.send(process.pid(), "-STOP");
        RealTime.pass(FROZEN);
        Signals.send(process.pid(), "-CONT");
      }
    }
    calling.cancel(false);
  }

  private long heldBytes() throws Exception {
    JsonObject memory = status().getJsonObject("memory");
    long held = memory.getLong("heldBytes");
    calls.check(held <= memory.getLong("maxHeldBytes"), "more is held than may be: " + memory);
    return held;
  }

  private JsonObject status() throws Exception {
    return new JsonObject(calls.send("GET", calls.at("/api/status"), "", Map.of()).body());
  }

  /** Nothing is under way, reserved, held or open for calls that have ended. */
  private void allIsGivenBack(Crew process, Footprint footprint) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              JsonObject status = status();
              assertThat(status.getInteger("calls")).isZero();
              assertThat(status.getJsonObject("memory").getLong("heldBytes")).isZero();
              assertThat(status.getJsonObject("queue").getInteger("runningHere")).isZero();
              assertThat(Footprint.Sample.of(process.pid(), 0, 0).descriptors())
                  .as("open descriptors")
                  .isLessThanOrEqualTo(footprint.mostDescriptorsInTheEnd());
            });
  }

  /** Begins again whenever the gateway has lost patience. */
  private void sendBodiesThatDoNotEnd() {
    while (!isOver) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        OutputStream out = socket.getOutputStream();
        String head =
            "POST /model/chat/converse HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[1_000_000]);
        while (socket.getInputStream().read() >= 0) {
          // The refusal, if there is one.
        }
      } catch (IOException e) {
        // Refused, or the run is over.
      }
    }
  }

  private Crew start(URI upstream) throws Exception {
    port = FreePort.find();
    calls.callAt(port);
    configure(upstream, 4);
    CountDownLatch ready = new CountDownLatch(1);
    Crew process =
        new Crew(
            ALL_TOUCHED,
            SoakProcess.class,
            List.of(
                LEAK.isEmpty() ? "NOTHING" : LEAK,
                Integer.toString(SECONDS),
                "serve",
                "--config",
                folder.resolve("gateway.yaml").toString()),
            line -> {
              calls.check(!line.contains(SoakCalls.MARK), "a prompt in the log: " + line);
              if (line.startsWith("Metrics:")) {
                ready.countDown();
              } else if (line.startsWith("live ")) {
                liveBytes.set(Long.parseLong(line.substring(5)));
              }
            });
    assertThat(ready.await(90, TimeUnit.SECONDS)).isTrue();
    return process;
  }

  private void configure(URI upstream, int deadlineSeconds) throws IOException {
    Path next = folder.resolve("next.yaml");
    Files.writeString(
        next,
        """
        server: { port: %d }
        targets:
          one: { region: us-east-1, model: "amazon.nova-lite-v1:0", endpoint: "%s", credentials: anonymous }
          two: { region: us-east-1, model: "amazon.nova-micro-v1:0", endpoint: "%2$s", credentials: anonymous }
          large: { region: us-east-1, model: "amazon.nova-pro-v1:0", endpoint: "%2$s", credentials: anonymous }
        routes:
          chat: { tiers: [[one], [two]], deadline: %ds, queue: {} }
          large: { tiers: [[large]], deadline: 4s }
        jobs: { store: "sqlite:%s" }
        telemetry: { otlp: "http://127.0.0.1:1" }
        """
            .formatted(port, upstream, deadlineSeconds, folder.resolve("jobs.db")));
    Files.move(
        next,
        folder.resolve("gateway.yaml"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }
}
