package dev.forebay.cli.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cli.Main;
import dev.forebay.core.Ticker;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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
 * target, reloads, moments in which the process is frozen (SIGSTOP). Each call's end is checked
 * against the invariants that a caller can see, and what the process holds must stay flat.
 *
 * <p>Not found by a usual build; {@code .ci/soak} runs it. {@code -Dsoak.seconds=N}; {@code
 * -Dsoak.leak=true} keeps connections open for good, which must fail it.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class Soak {
  private static final int SECONDS = Integer.getInteger("soak.seconds", 60);
  private static final boolean LEAK = Boolean.getBoolean("soak.leak");
  private static final Duration DEADLINE = Duration.ofSeconds(4);
  private static final Duration FROZEN = Duration.ofSeconds(1);

  /** What a loaded machine adds to a call's end as its caller sees it. */
  private static final Duration TOLERANCE = Duration.ofMillis(1_500);

  private static final int CALLERS_AT_MOST = 64;
  private static final String MARK = "soak-prompt-that-must-not-appear";
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"%s\"}]}]}".formatted(MARK);
  private static final String FAULTS =
      """
      [{"model":"%1$s","probability":0.06,"error":{"exception":"ThrottlingException"}},
       {"model":"%1$s","probability":0.06,"error":{"exception":"ServiceUnavailableException"}},
       {"model":"%1$s","probability":0.03,"reset":{"at":"headers"}}]
      """
          .formatted("amazon.nova-lite-v1:0");

  private final Ticker ticker = Ticker.system();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> kept = new ConcurrentLinkedQueue<>();
  private final Set<String> jobs = ConcurrentHashMap.newKeySet();
  private final AtomicLong calls = new AtomicLong();
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
                  """),
              vertx);
      process = start(emulator.endpoint());
      Read faults = send("POST", emulator.endpoint() + "/_emulator/faults", FAULTS, Map.of());
      assertThat(faults.status()).as(faults.body()).isEqualTo(200);
      double rate = half();
      System.out.printf("at %.1f calls a second for %d s%n", rate, SECONDS);
      Footprint footprint = soak(process, rate, timers, callers, emulator.endpoint());
      timers.shutdown();
      callers.shutdown();
      assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).as("each call ends").isTrue();
      jobsAreDone();
      System.out.println(calls.get() + " calls: " + new TreeMap<>(ends));
      List<String> growth = footprint.growth();
      assertThat(violations.stream().limit(20)).isEmpty();
      assertThat(growth).isEmpty();
    } finally {
      for (Socket socket : kept) {
        socket.close();
      }
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
                    whole();
                    answered.increment();
                  }
                  return null;
                });
      }
    }
    return Math.max(2, answered.sum() / (ticker.nanos() - began + 0.0) * 1e9 / 2);
  }

  private Footprint soak(
      Crew process,
      double rate,
      ScheduledExecutorService timers,
      ExecutorService callers,
      URI upstream)
      throws Exception {
    Footprint footprint = new Footprint();
    LongAdder underway = new LongAdder();
    var calling =
        timers.scheduleAtFixedRate(
            () -> {
              if (underway.sum() < CALLERS_AT_MOST) {
                underway.increment();
                callers.execute(
                    () -> {
                      call(calls.getAndIncrement());
                      underway.decrement();
                    });
              }
            },
            0,
            (long) (1_000_000 / rate),
            TimeUnit.MICROSECONDS);
    for (int second = 0; second < SECONDS; second++) {
      await().pollDelay(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(30)).until(() -> true);
      footprint.add(Footprint.Sample.of(process.pid()));
      if (second % 7 == 6) {
        configure(upstream, second % 2 == 0 ? 3 : 4);
      }
      if (second % 20 == 13) {
        signal(process, "-STOP");
        await().pollDelay(FROZEN).atMost(Duration.ofSeconds(30)).until(() -> true);
        signal(process, "-CONT");
      }
    }
    calling.cancel(false);
    return footprint;
  }

  private void call(long number) {
    long began = ticker.nanos();
    String kind = kind(number);
    try {
      String end =
          switch (kind) {
            case "stream" -> streamed();
            case "leaves" -> leaves();
            case "does not read" -> doesNotRead();
            case "job" -> job();
            case "bad" -> status(send("POST", at("/model/chat/converse"), "{", Map.of()), 400);
            case "metrics" -> page("/metrics");
            case "health" -> page("/healthz");
            default -> whole();
          };
      ends.computeIfAbsent(kind + " " + end, key -> new LongAdder()).increment();
      Duration took = Duration.ofNanos(ticker.nanos() - began);
      if (took.compareTo(DEADLINE.plus(FROZEN).plus(TOLERANCE)) > 0) {
        violations.add(kind + " ended after " + took + ": " + end);
      }
    } catch (Exception e) {
      violations.add(kind + " broke: " + e);
    }
  }

  private static String kind(long number) {
    return switch ((int) (number % 20)) {
      case 0, 7, 13 -> "stream";
      case 3 -> "leaves";
      case 5 -> "does not read";
      case 9, 16 -> "job";
      case 11 -> "bad";
      case 17 -> "metrics";
      case 19 -> "health";
      default -> "whole";
    };
  }

  /** An answer whose bytes are characters. */
  private record Read(int status, HttpHeaders headers, String body) {}

  private String whole() throws Exception {
    Read answer = send("POST", at("/model/chat/converse"), BODY, Map.of());
    check(
        answer.status() != 200 || count(answer.body(), "\"stopReason\"") == 1,
        "not one answer: " + answer.body());
    return ended(answer);
  }

  private String streamed() throws Exception {
    Read answer = send("POST", at("/model/chat/converse-stream"), BODY, Map.of());
    if (answer.status() == 200) {
      int stops = count(answer.body(), "messageStop");
      check(
          stops == 1 || (stops == 0 && answer.body().contains(":exception-type")),
          "a stream ended without its end");
      check(count(answer.body(), "messageStart") <= 1, "content of two attempts");
    }
    return ended(answer);
  }

  private String job() throws Exception {
    Read answer = send("POST", at("/model/chat/converse"), BODY, Map.of("prefer", "respond-async"));
    answer.headers().firstValue("location").ifPresent(jobs::add);
    return ended(answer);
  }

  private String page(String path) throws Exception {
    Read answer = send("GET", at(path), "", Map.of());
    check(!answer.body().contains(MARK), "a prompt in " + path);
    return status(answer, 200);
  }

  /** Hangs up as soon as something has come, or before. */
  private String leaves() throws IOException {
    try (Socket socket = ask()) {
      socket.setSoTimeout(30);
      return socket.getInputStream().read() < 0 ? "closed" : "left";
    } catch (SocketTimeoutException e) {
      return "left early";
    }
  }

  private String doesNotRead() throws Exception {
    Socket socket = ask();
    if (LEAK) {
      kept.add(socket);
      return "kept";
    }
    await().pollDelay(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(30)).until(() -> true);
    socket.close();
    return "closed";
  }

  private Socket ask() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    String request =
        "POST /model/chat/converse-stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(BODY.length(), BODY);
    socket.getOutputStream().write(request.getBytes(UTF_8));
    return socket;
  }

  /** An end that a caller can understand: an answer, or a refusal in AWS's form. */
  private String ended(Read answer) {
    int status = answer.status();
    check(
        Set.of(200, 202, 408, 424, 429, 503).contains(status),
        "status " + status + ": " + answer.body());
    if (status >= 400) {
      check(answer.headers().firstValue("x-amzn-errortype").isPresent(), "an error without type");
      check(!answer.body().contains(MARK), "a prompt in an error");
      check(
          (status != 429 && status != 503)
              || answer.headers().firstValue("retry-after").isPresent(),
          status + " without Retry-After");
    }
    long attempts = answer.headers().firstValueAsLong("x-forebay-attempts").orElse(0);
    check(attempts <= 8, attempts + " attempts");
    return Integer.toString(status);
  }

  private String status(Read answer, int expected) {
    check(answer.status() == expected, answer.status() + " instead of " + expected);
    return Integer.toString(answer.status());
  }

  private void check(boolean holds, String violation) {
    if (!holds) {
      violations.add(violation);
    }
  }

  private void jobsAreDone() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              for (String job : List.copyOf(jobs)) {
                JsonObject seen = new JsonObject(send("GET", at(job), "", Map.of()).body());
                String state = seen.getString("state");
                if (Set.of("queued", "running").contains(state)) {
                  return false;
                }
                check(state.equals("done"), "a job ended otherwise: " + seen);
                jobs.remove(job);
              }
              return true;
            });
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  private String at(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  private Read send(String method, String uri, String body, Map<String, String> headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    HttpResponse<InputStream> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = answer.body()) {
      return new Read(
          answer.statusCode(), answer.headers(), new String(in.readAllBytes(), ISO_8859_1));
    }
  }

  private Crew start(URI upstream) throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    configure(upstream, 4);
    CountDownLatch ready = new CountDownLatch(1);
    Crew process =
        new Crew(
            Main.class,
            List.of("serve", "--config", folder.resolve("gateway.yaml").toString()),
            line -> {
              check(!line.contains(MARK), "a prompt in the log: " + line);
              if (line.startsWith("Metrics:")) {
                ready.countDown();
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
        routes:
          chat: { tiers: [[one], [two]], deadline: %ds, queue: {} }
        jobs: { store: "sqlite:%s" }
        """
            .formatted(port, upstream, deadlineSeconds, folder.resolve("jobs.db")));
    Files.move(
        next,
        folder.resolve("gateway.yaml"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private static void signal(Crew process, String signal) throws Exception {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }
}
