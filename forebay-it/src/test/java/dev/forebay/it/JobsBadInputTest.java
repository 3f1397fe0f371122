package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What cannot be done is said clearly, and nothing is lost by it. */
@Timeout(60)
class JobsBadInputTest {
  @RegisterExtension static final Stack stack = new Stack();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | /jobs/01M88GK80K4Q0QC65Y89A006VP | 404 | There is no job 01M88GK80K4Q0QC65Y89A006VP",
        "GET | /jobs/01M88GK80K4Q0QC65Y89A006VP/response | 404 | There is no job",
        "DELETE | /jobs/01M88GK80K4Q0QC65Y89A006VP | 404 | There is no job",
        "POST | /jobs/01M88GK80K4Q0QC65Y89A006VP/redrive | 404 | There is no job",
        "GET | /jobs/me | 400 | must be 26 characters",
        "GET | /jobs/01M88GK80K4Q0QC65Y89A006VPX | 400 | must be 26 characters",
        "GET | /jobs/%00 | 400 | must be 26 characters",
        "GET | /jobs?state=asleep | 400 | queued, running, done, failed, expired, cancelled",
        "GET | /jobs?limit=0 | 400 | The limit must be 1 to 1000",
        "GET | /jobs?limit=many | 400 | The limit must be 1 to 1000",
        "GET | /jobs?cursor=x | 400 | The cursor is not the 'next' of an earlier page",
        "GET | /jobs/ | 404 | is no operation",
        "POST | /jobs | 404 | is no operation",
        "GET | /jobs/01M88GK80K4Q0QC65Y89A006VP/a/b | 404 | is no operation"
      })
  void aBadQuestionIsAnswered(String method, String path, int status, String message)
      throws Exception {
    try (QueuedGateway gateway = open()) {
      HttpResponse<byte[]> answer =
          switch (method) {
            case "GET" -> gateway.get(path);
            case "DELETE" -> gateway.delete(path);
            default -> gateway.post(path, "");
          };
      assertThat(new String(answer.body(), UTF_8)).contains(message);
      assertThat(answer.statusCode()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-forebay-deadline-ms | 0 | must be at least 1",
        "x-forebay-deadline-ms | soon | must be a whole number of milliseconds",
        "idempotency-key | ' ' | must have 1 to 255 characters",
        "x-forebay-priority | urgent | must be interactive, standard or batch",
        "x-forebay-callback | https://hooks.example.com/x | makes no callbacks"
      })
  void aCallThatCannotBeLeftIsRefused(String name, String value, String message) throws Exception {
    try (QueuedGateway gateway = open()) {
      HttpResponse<byte[]> answer = gateway.converse("prefer", "respond-async", name, value);
      assertThat(new String(answer.body(), UTF_8)).contains(message);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(QueuedGateway.json(gateway.get("/jobs")).getJsonArray("jobs")).isEmpty();
    }
  }

  @Test
  void aJobOf30MegabytesIsRefused() throws Exception {
    try (QueuedGateway gateway = open()) {
      String body = QueuedGateway.BODY.replace("Hi", "x".repeat(30_000_000));
      HttpResponse<byte[]> answer =
          gateway.post(
              "/model/" + QueuedGateway.MODEL + "/converse", body, "prefer", "respond-async");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(new String(answer.body(), UTF_8)).contains("25,000,000 bytes");
    }
  }

  @Test
  void aJobThatWouldBeTooLateIsRefusedAndOthersGetAnEstimate() throws Exception {
    stack.emulator().faults("[{\"hang\": {}}]");
    String quota = ", quota: { tokensPerMinute: 600 }";
    try (QueuedGateway gateway =
        new QueuedGateway(
            stack, QueuedGateway.storeIn(folder), stack.emulator().endpoint(), quota, "")) {
      for (int i = 0; i < 6; i++) {
        gateway.enqueue();
      }
      await()
          .untilAsserted(
              () -> {
                HttpResponse<byte[]> answer =
                    gateway.converse("prefer", "respond-async", "x-forebay-deadline-ms", "2000");
                assertThat(answer.statusCode()).isEqualTo(429);
                assertThat(new String(answer.body(), UTF_8))
                    .contains("after its deadline in 2000 ms");
                assertThat(answer.headers().firstValue("retry-after")).isPresent();
              });
      JsonObject accepted = QueuedGateway.json(gateway.converse("prefer", "respond-async"));
      assertThat(accepted.getLong("etaSeconds")).isGreaterThan(10);
    }
  }

  @Test
  void aFullStoreRefusesNewJobsAndKeepsTheOld() throws Exception {
    stack.emulator().faults("[{\"throttle\": {\"reason\": \"tokens\"}}]");
    JobStore small =
        JobStores.open(
            "sqlite:" + folder.resolve("small.db"),
            new StoreLimits(2, 1_000_000),
            QueuedGateway::now);
    try (QueuedGateway gateway = new QueuedGateway(stack, small)) {
      String first = gateway.enqueue();
      gateway.enqueue();
      HttpResponse<byte[]> third = gateway.converse("prefer", "respond-async");
      assertThat(third.statusCode()).isEqualTo(503);
      assertThat(new String(third.body(), UTF_8)).contains("holds 2 jobs, all that it may");
      assertThat(third.headers().firstValue("retry-after")).isPresent();
      assertThat(gateway.state(first)).isIn("queued", "running");
    }
  }

  @Test
  void aStoreThatNeverAnswersHarmsOnlyThoseWhoNeedIt() throws Exception {
    JobStore dead =
        (JobStore)
            Proxy.newProxyInstance(
                JobStore.class.getClassLoader(),
                new Class<?>[] {JobStore.class},
                (proxy, method, args) ->
                    method.getName().equals("close") ? null : new CompletableFuture<Object>());
    try (QueuedGateway gateway = new QueuedGateway(stack, dead)) {
      CompletableFuture<HttpResponse<byte[]>> left =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return gateway.converse("prefer", "respond-async");
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      for (int i = 0; i < 20; i++) {
        assertThat(gateway.converse().statusCode()).isEqualTo(200);
      }
      assertThat(gateway.get("/api/status").statusCode()).isEqualTo(200);
      assertThat(left).isNotDone();
    }
  }

  @Test
  void aLostStoreIsReportedToThoseWhoNeedIt() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.forebay.gateway.jobs.QueueFigures");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    JobStore store = QueuedGateway.storeIn(folder);
    try (QueuedGateway gateway = new QueuedGateway(stack, store)) {
      store.close();
      HttpResponse<byte[]> answer = gateway.converse("prefer", "respond-async");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(new String(answer.body(), UTF_8)).contains("job store is closed");
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
      assertThat(gateway.converse().statusCode()).isEqualTo(200);
      await()
          .until(
              () ->
                  !QueuedGateway.json(gateway.get("/api/status"))
                      .getJsonObject("queue")
                      .getBoolean("reachable"));
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(List.copyOf(logged.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .as("a line, though the store is asked every second")
        .containsOnlyOnce("The job store does not answer: the job store is closed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sqlite:%s/damaged.db | 1 | is damaged or no database",
        "sqlite:%s | 1 | is a folder; name a file in it",
        "sqlite:/proc/forebay/jobs.db | 1 | cannot be made; check its path",
        "postgres://127.0.0.1:1/jobs | 1 | is out of reach; check that PostgreSQL runs",
        "postgres://nowhere | 2 | is not postgres://USER:PASSWORD@HOST:PORT/DATABASE"
      })
  void serveSaysWhyItCannotKeepJobs(String store, int exitCode, String message) throws Exception {
    Files.writeString(folder.resolve("damaged.db"), "This is no database. ".repeat(500));
    Path config = folder.resolve("forebay.yaml");
    Files.writeString(
        config,
        """
        server: { port: 0 }
        targets: { a: { region: us-east-1, model: m, credentials: anonymous } }
        routes: { chat: { tiers: [[a]], queue: {} } }
        jobs: { store: "%s" }
        """
            .formatted(store.formatted(folder)));
    Run run = Run.of("serve", "--config", config.toString());
    assertThat(run.err()).contains(message);
    assertThat(run.exitCode()).isEqualTo(exitCode);
  }

  private QueuedGateway open() {
    return new QueuedGateway(stack, QueuedGateway.storeIn(folder));
  }
}
