package dev.forebay.it.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import dev.forebay.it.process.RealTime;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * What the callers of a soak do, and what of it breaks an invariant that a caller can see: each
 * call ends in time, once, with content of one attempt, a stream with its end or an exception, an
 * error in AWS's form, attempts are bounded, prompts appear nowhere, accepted jobs are done.
 */
final class SoakCalls {
  static final String MARK = "soak-prompt-that-must-not-appear";

  /** What a loaded machine adds to a call's end as its caller sees it. */
  private static final Duration TOLERANCE = Duration.ofSeconds(3);

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"%s\"}]}]}".formatted(MARK);

  private final Ticker ticker = Ticker.system();
  private volatile Http http = client();
  private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Set<String> jobs = ConcurrentHashMap.newKeySet();
  private final AtomicLong calls = new AtomicLong();
  private final Duration longest;
  private volatile int port;

  /**
   * Callers who have not called yet.
   *
   * @param deadline of each call
   * @param frozen for how long the gateway may stand still meanwhile
   */
  SoakCalls(Duration deadline, Duration frozen) {
    longest = deadline.plus(frozen).plus(TOLERANCE);
  }

  private static Http client() {
    return Http.connectingWithin(Duration.ofSeconds(10));
  }

  /** Closes the connections that are kept; later calls use others. */
  void hangUp() {
    http.shutdownNow();
    http = client();
  }

  void callAt(int gatewayPort) {
    port = gatewayPort;
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  /** How many calls there were, and how many ended in which way. */
  String summary() {
    return calls.get() + " calls: " + new TreeMap<>(ends);
  }

  /** The next call of the mix, to its end. */
  void next() {
    call(calls.getAndIncrement());
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
      if (took.compareTo(longest) > 0) {
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
  record Read(int status, HttpHeaders headers, String body) {}

  String whole() throws Exception {
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
    try (Socket socket = ask("chat", 65_536)) {
      socket.setSoTimeout(30);
      return socket.getInputStream().read() < 0 ? "closed" : "left";
    } catch (SocketTimeoutException e) {
      return "left early";
    }
  }

  private String doesNotRead() throws Exception {
    Socket socket = ask("large", 4_096);
    RealTime.pass(Duration.ofSeconds(2));
    socket.close();
    return "closed";
  }

  private Socket ask(String route, int buffer) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(buffer);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    String request =
        "POST /model/%s/converse-stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(route, BODY.length(), BODY);
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

  void check(boolean holds, String violation) {
    if (!holds) {
      violations.add(violation);
    }
  }

  /** Waits for the jobs that were accepted. */
  void jobsAreDone() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              for (String job : List.copyOf(jobs)) {
                JsonObject seen = new JsonObject(send("GET", at(job), "", Map.of()).body());
                String state = seen.getString("state");
                assertThat(state).as("%s", seen).isNotIn("queued", "running");
                check(state.equals("done"), "a job ended otherwise: " + seen);
                jobs.remove(job);
              }
            });
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  String at(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  Read send(String method, String uri, String body, Map<String, String> headers) throws Exception {
    String[] each =
        headers.entrySet().stream()
            .flatMap(header -> Stream.of(header.getKey(), header.getValue()))
            .toArray(String[]::new);
    HttpRequest request = Http.request(method, URI.create(uri), body, each);
    HttpResponse<InputStream> answer = http.stream(Http.within(Duration.ofSeconds(30), request));
    try (InputStream in = answer.body()) {
      return new Read(
          answer.statusCode(), answer.headers(), new String(in.readAllBytes(), ISO_8859_1));
    }
  }
}
