package dev.forebay.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.jobs.JobStore;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that are answered later: left, asked after, and answered as the direct call would be. */
@Timeout(60)
class JobsTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String KEYS =
      """
      auth:
        keys:
          - { name: web, secret: "${WEB}" }
          - { name: other, secret: "${OTHER}" }
          - { name: ops, secret: "${ADMIN}", admin: true }
      """;
  private static final String[] WEB = {"authorization", "Bearer " + QueuedGateway.WEB};
  private static final String[] OTHER = {"authorization", "Bearer " + QueuedGateway.OTHER};
  private static final String[] ADMIN = {"authorization", "Bearer " + QueuedGateway.ADMIN};

  @TempDir private Path folder;
  private JobStore store;

  @BeforeEach
  void openStore() {
    store = QueuedGateway.storeIn(folder);
  }

  @Test
  void aCallThatAsksForItIsAnsweredLater() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      HttpResponse<byte[]> accepted = gateway.converse("prefer", "respond-async");
      assertThat(accepted.statusCode()).isEqualTo(202);
      assertThat(accepted.headers().firstValue("preference-applied")).contains("respond-async");
      JsonObject job = QueuedGateway.json(accepted);
      assertThat(job.fieldNames()).containsExactly("id", "state", "etaSeconds");
      String path = accepted.headers().firstValue("location").orElseThrow();
      assertThat(path).isEqualTo("/jobs/" + job.getString("id"));

      await().until(() -> gateway.state(path).equals("done"));
      assertThat(QueuedGateway.json(gateway.get(path)).getInteger("attempts")).isOne();

      HttpResponse<byte[]> response = gateway.get(path + "/response");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(QueuedGateway.json(response).getString("stopReason")).isEqualTo("end_turn");
      assertThat(response.headers().firstValue("x-forebay-answer")).contains("primary");
    }
  }

  @Test
  void aCallThatDoesNotAskForItIsNever() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      assertThat(gateway.converse().statusCode()).isEqualTo(200);
      assertThat(gateway.converse("prefer", "wait=5, return=minimal").statusCode()).isEqualTo(200);
      assertThat(
              gateway
                  .post(
                      "/model/plain.model/converse", QueuedGateway.BODY, "prefer", "respond-async")
                  .statusCode())
          .isEqualTo(200);
      assertThat(QueuedGateway.json(gateway.get("/jobs")).getJsonArray("jobs")).isEmpty();
    }
  }

  @Test
  void whoWaitsGetsTheAnswerItselfIfItIsThereInTime() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      HttpResponse<byte[]> response = gateway.converse("prefer", "respond-async, wait=10");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("preference-applied")).contains("wait=10");
      assertThat(QueuedGateway.json(response).getString("stopReason")).isEqualTo("end_turn");
    }
  }

  @Test
  void whoWaitsGetsTheJobIfItIsNot() throws Exception {
    stack.emulator().faults("[{\"slowFirstToken\": {\"delay\": \"4s\"}}]");
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      HttpResponse<byte[]> response = gateway.converse("prefer", "respond-async; x=y, wait=\"1\"");
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(response.headers().firstValue("preference-applied"))
          .contains("respond-async, wait=1");
      assertThat(QueuedGateway.json(response).getString("state")).isEqualTo("running");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "converse | HTTP/1.1 200 OK | application/json | {\"output\": {\"é\": [1,  2 ]}}",
        "invoke | HTTP/1.1 200 OK | application/json | {\"a\" : 1 }",
        "converse | HTTP/1.1 400 Bad Request | application/json | {\"message\":  \"No.\"}"
      })
  void theAnswerIsTheDirectCallsByteForByte(
      String operation, String status, String type, String body) throws Exception {
    String head =
        status.substring("HTTP/1.1 ".length())
            + "\r\nContent-Type: "
            + type
            + "\r\nx-amzn-RequestId: 1f9-a\r\nX-Amzn-Bedrock-Input-Token-Count: 7";
    try (WireUpstream upstream = WireUpstream.saying(head, body);
        QueuedGateway gateway =
            new QueuedGateway(stack, store, URI.create(upstream.endpoint()), "", "")) {
      String path = "/model/" + QueuedGateway.MODEL + "/" + operation;
      HttpResponse<byte[]> direct = gateway.post(path, QueuedGateway.BODY);
      HttpResponse<byte[]> accepted =
          gateway.post(path, QueuedGateway.BODY, "prefer", "respond-async");
      String job = accepted.headers().firstValue("location").orElseThrow();
      await().until(() -> Set.of("done", "failed").contains(gateway.state(job)));
      HttpResponse<byte[]> later = gateway.get(job + "/response");

      assertThat(new String(later.body(), UTF_8)).isEqualTo(new String(direct.body(), UTF_8));
      assertThat(later.statusCode()).isEqualTo(direct.statusCode());
      assertThat(headers(later)).isEqualTo(headers(direct));
    }
  }

  private static Map<String, List<String>> headers(HttpResponse<byte[]> response) {
    return new TreeMap<>(response.headers().map());
  }

  @Test
  void aStreamIsKeptAsItWasSent() throws Exception {
    Buffer answer = Buffer.buffer("HTTP/1.1 200 OK\r\nConnection: close\r\n");
    answer.appendString("Content-Type: application/vnd.amazon.eventstream\r\n\r\n");
    String operation = "/converse-stream";
    try (QueuedGateway emulated = new QueuedGateway(stack, QueuedGateway.storeIn(folder))) {
      answer.appendBytes(
          emulated.post("/model/" + QueuedGateway.MODEL + operation, QueuedGateway.BODY).body());
    }
    try (WireUpstream upstream = WireUpstream.saying(answer.getBytes());
        QueuedGateway gateway =
            new QueuedGateway(stack, store, URI.create(upstream.endpoint()), "", "")) {
      String path = "/model/" + QueuedGateway.MODEL + operation;
      HttpResponse<byte[]> direct = gateway.post(path, QueuedGateway.BODY);
      HttpResponse<byte[]> later =
          gateway.post(path, QueuedGateway.BODY, "prefer", "respond-async, wait=10");

      assertThat(later.statusCode()).isEqualTo(200);
      assertThat(later.headers().firstValue("content-type"))
          .contains("application/vnd.amazon.eventstream");
      assertThat(new String(later.body(), ISO_8859_1)).contains("messageStop");
      assertThat(later.body()).isEqualTo(direct.body());
    }
  }

  @Test
  void theSameKeyIsTheSameJob() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      String first = gateway.enqueue("idempotency-key", "k-1");
      assertThat(gateway.enqueue("idempotency-key", "k-1")).isEqualTo(first);
      await().until(() -> gateway.state(first).equals("done"));
      HttpResponse<byte[]> again =
          gateway.converse("prefer", "respond-async, wait=5", "idempotency-key", "k-1");
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(again.headers().firstValue("content-location")).contains(first + "/response");
      assertThat(stack.emulator().stats().total().arrived()).isEqualTo(1);

      HttpResponse<byte[]> other =
          gateway.post(
              "/model/" + QueuedGateway.MODEL + "/converse",
              QueuedGateway.BODY.replace("Hi", "Ho"),
              "prefer",
              "respond-async",
              "idempotency-key",
              "k-1");
      assertThat(other.statusCode()).isEqualTo(409);
      assertThat(new String(other.body(), UTF_8)).contains("different request");
    }
  }

  @Test
  void aCancelledJobNeverRuns() throws Exception {
    stack.emulator().faults("[{\"throttle\": {\"reason\": \"tokens\"}}]");
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      String job = gateway.enqueue();
      await().until(() -> gateway.state(job).equals("queued") && arrived() > 0);
      assertThat(QueuedGateway.json(gateway.delete(job)).getString("state")).isEqualTo("cancelled");
      assertThat(gateway.delete(job).statusCode()).isEqualTo(200);
      long before = arrived();
      stack.emulator().faults("[]");
      String next = gateway.enqueue();
      await().atMost(Duration.ofSeconds(40)).until(() -> gateway.state(next).equals("done"));
      assertThat(gateway.state(job)).isEqualTo("cancelled");
      assertThat(arrived()).isEqualTo(before + 1);
      assertThat(gateway.get(job + "/response").statusCode()).isEqualTo(410);
    }
  }

  @Test
  void aJobThatIsCancelledWhileItRunsLeavesItsModel() throws Exception {
    stack.emulator().faults("[{\"hang\": {}}]");
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      String job = gateway.enqueue();
      await().until(() -> gateway.state(job).equals("running") && arrived() == 1);
      assertThat(gateway.get(job + "/response").statusCode()).isEqualTo(409);
      assertThat(QueuedGateway.json(gateway.delete(job)).getString("state")).isEqualTo("cancelled");
      await()
          .until(
              () ->
                  QueuedGateway.json(gateway.get("/api/status"))
                          .getJsonObject("queue")
                          .getInteger("runningHere")
                      == 0);
    }
  }

  @Test
  void anExpiredJobNeverRuns() throws Exception {
    stack.emulator().faults("[{\"throttle\": {\"reason\": \"tokens\"}}]");
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      String job = gateway.enqueue("x-forebay-deadline-ms", "1500");
      await().until(() -> gateway.state(job).equals("expired"));
      long before = arrived();
      stack.emulator().faults("[]");
      String next = gateway.enqueue();
      await().atMost(Duration.ofSeconds(40)).until(() -> gateway.state(next).equals("done"));
      assertThat(arrived()).isEqualTo(before + 1);
      assertThat(gateway.state(job)).isEqualTo("expired");
    }
  }

  @Test
  void aThrottleIsNoFailedAttemptAndTheJobIsDoneAfterIt() throws Exception {
    stack.emulator().faults("[{\"count\": 2, \"throttle\": {\"reason\": \"tokens\"}}]");
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      String job = gateway.enqueue();
      await().atMost(Duration.ofSeconds(40)).until(() -> gateway.state(job).equals("done"));
      assertThat(QueuedGateway.json(gateway.get(job)).getInteger("attempts")).isOne();
      assertThat(arrived()).isEqualTo(3);
    }
  }

  @Test
  void whatBedrockRefusesIsADeadLetterAtOnceAndCanBeRedriven() throws Exception {
    stack
        .emulator()
        .faults("[{\"count\": 1, \"error\": {\"exception\": \"ValidationException\"}}]");
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      String job = gateway.enqueue();
      await().until(() -> gateway.state(job).equals("failed"));
      JsonObject letter = QueuedGateway.json(gateway.get(job));
      assertThat(letter.getString("reason")).isEqualTo("400 ValidationException");
      assertThat(letter.getInteger("attempts")).isEqualTo(1);
      assertThat(gateway.get(job + "/response").statusCode()).isEqualTo(400);

      HttpResponse<byte[]> redriven = gateway.post(job + "/redrive", "");
      assertThat(redriven.statusCode()).isEqualTo(200);
      await().until(() -> gateway.state(job).equals("done"));
      assertThat(gateway.post(job + "/redrive", "").statusCode()).isEqualTo(409);
    }
  }

  @Test
  void aJobIsItsKeysAloneAndOperatorsSeeAll() throws Exception {
    try (QueuedGateway gateway =
        new QueuedGateway(stack, store, stack.emulator().endpoint(), "", KEYS)) {
      String mine = gateway.enqueue(WEB);
      String theirs = gateway.enqueue(OTHER);
      assertThat(gateway.get(mine).statusCode()).isEqualTo(403);
      for (String path : List.of(mine, mine + "/response")) {
        assertThat(gateway.get(path, OTHER).statusCode()).isEqualTo(404);
      }
      assertThat(gateway.delete(mine, OTHER).statusCode()).isEqualTo(404);
      assertThat(gateway.post(mine + "/redrive", "", WEB).statusCode()).isEqualTo(403);
      assertThat(gateway.state(mine, WEB)).isNotEmpty();
      assertThat(gateway.state(mine, ADMIN)).isNotEmpty();
      assertThat(listed(gateway, "", WEB)).containsExactly(mine);
      assertThat(listed(gateway, "", ADMIN)).containsExactly(theirs, mine);
    }
  }

  @Test
  void listsPageByPage() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      List<String> all =
          List.of(gateway.enqueue(), gateway.enqueue(), gateway.enqueue()).reversed();
      await().until(() -> listed(gateway, "?state=done").size() == 3);
      JsonObject page = QueuedGateway.json(gateway.get("/jobs?limit=2"));
      assertThat(listed(gateway, "?limit=2")).isEqualTo(all.subList(0, 2));
      assertThat(listed(gateway, "?limit=2&cursor=" + page.getString("next")))
          .isEqualTo(all.subList(2, 3));
      assertThat(listed(gateway, "?state=queued")).isEmpty();
    }
  }

  @Test
  void interactiveCallsGoFirst() throws Exception {
    String quota = ", quota: { tokensPerMinute: 600 }";
    try (QueuedGateway gateway =
        new QueuedGateway(stack, store, stack.emulator().endpoint(), quota, "")) {
      // A call reserves 100 tokens and its few words: a few jobs at a time.
      for (int i = 0; i < 60; i++) {
        gateway.enqueue();
      }
      await().until(() -> arrived() >= 3);
      CompletableFuture<HttpResponse<byte[]>> urgent =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return gateway.converse("x-forebay-priority", "interactive");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(urgent.get(2, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(listed(gateway, "?state=queued")).isNotEmpty();
    }
  }

  @Test
  void jobsUnderWayGoBackToTheQueueAndAnotherGatewayTakesThem() throws Exception {
    stack.emulator().faults("[{\"hang\": {}}]");
    String job;
    try (QueuedGateway first = new QueuedGateway(stack, QueuedGateway.storeIn(folder))) {
      job = first.enqueue();
      await().until(() -> first.state(job).equals("running") && arrived() == 1);
      assertThat(
              first
                  .gateway()
                  .drain(Duration.ofSeconds(1))
                  .toCompletionStage()
                  .toCompletableFuture()
                  .get(20, TimeUnit.SECONDS))
          .isNotNull();
    }
    stack.emulator().faults("[]");
    try (QueuedGateway second = new QueuedGateway(stack, store)) {
      await().until(() -> second.state(job).equals("done"));
      assertThat(QueuedGateway.json(second.get(job)).getInteger("attempts")).isOne();
    }
  }

  @Test
  void theOperatorSeesTheQueue() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      String job = gateway.enqueue();
      await().until(() -> gateway.state(job).equals("done"));
      await()
          .until(
              () ->
                  QueuedGateway.json(gateway.get("/api/status"))
                          .getJsonObject("queue")
                          .getJsonObject("jobs")
                          .getInteger("done")
                      == 1);
    }
  }

  private static long arrived() {
    return stack.emulator().stats().total().arrived();
  }

  private static List<String> listed(QueuedGateway gateway, String query, String... headers)
      throws Exception {
    return QueuedGateway.json(gateway.get("/jobs" + query, headers)).getJsonArray("jobs").stream()
        .map(job -> "/jobs/" + ((JsonObject) job).getString("id"))
        .toList();
  }
}
