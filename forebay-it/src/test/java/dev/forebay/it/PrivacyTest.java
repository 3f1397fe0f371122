package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.forebay.it.CloudWatchReceiver.Mood;
import dev.forebay.jobs.JobStore;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;

/** Only the model gets what a caller says. */
@Isolated("It reads all loggers of the process.")
class PrivacyTest {
  private static final String SECRET = "zephyr-quartz-7731";
  private static final String OWN_WORDS = "marmalade-9914";
  private static final String CONVERSE =
      "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"%s\"}]}]}";
  private static final String CLAUDE =
      "{\"anthropic_version\": \"bedrock-2023-05-31\", \"max_tokens\": 50,"
          + " \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}";

  @RegisterExtension static final Stack stack = new Stack();

  /** Everything that any logger says at any level, as its line and its arguments. */
  private static final class Ear extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger own = loggers.getLogger("dev.forebay");
    private final Level before = own.getEffectiveLevel();
    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

    Ear() {
      setContext(loggers);
      start();
      own.setLevel(Level.TRACE);
      root.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      heard.add(
          event.getFormattedMessage()
              + event.getKeyValuePairs()
              + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage()));
    }

    @Override
    public void close() {
      root.detachAppender(this);
      own.setLevel(before);
      stop();
    }
  }

  @Test
  void noOutputHasAnythingOfAPromptOrAnAnswer(@TempDir Path folder) throws Exception {
    JobStore jobs = QueuedGateway.storeIn(folder);
    try (Ear ear = new Ear();
        OtlpReceiver collector = new OtlpReceiver();
        CloudWatchReceiver cloudWatch = new CloudWatchReceiver(Mood.WELL);
        Watched gateway =
            new Watched(
                stack,
                stack.emulator().endpoint(),
                "otlp: \"%s\", sample: 1, logSample: 1, cloudwatch: { region: us-east-1, endpoint: \"%s\" }"
                    .formatted(collector.endpoint(), cloudWatch.endpoint()),
                """
                degraded: { message: "%s" }
                    cache: { freshFor: 5m }
                    queue: { expireAfter: 1h }
                """
                    .formatted(OWN_WORDS)
                    .strip(),
                "",
                Optional.of(jobs));
        Events events = new Events(gateway.endpoint())) {
      String done = job(gateway, "[]", "done");
      String failed = job(gateway, fault("error", "ValidationException"), "failed");
      String answer = live(gateway);
      List<String> output = new ArrayList<>();
      stack.emulator().faults("[{\"throttle\": {\"reason\": \"day\"}}]");
      call(gateway, says("degraded"));
      for (String page : List.of("/jobs", done, failed)) {
        output.add(gateway.get(page, "application/json").body());
      }
      output.add(gateway.get("/metrics", "text/plain").body());
      output.add(gateway.get("/metrics", "application/openmetrics-text; version=1.0.0").body());
      output.add(gateway.get("/api/status", "application/json").body());
      for (String page : List.of("/dashboard", "/dashboard/app.js", "/healthz", "/readyz")) {
        output.add(gateway.get(page, "*/*").body());
      }
      await().until(() -> events.seen.stream().anyMatch(line -> line.contains("canned")));
      gateway.flush();
      output.addAll(events.seen);
      output.addAll(ear.heard);
      collector.spans().forEach(span -> output.add(span.toString()));
      cloudWatch.bodies().forEach(body -> output.add(new String(body, StandardCharsets.UTF_8)));

      assertThatItWasAFullRun(ear, collector, cloudWatch, output);
      assertThat(gateway.get(done + "/response", "*/*").body()).contains(answer);
      assertThat(output)
          .noneMatch(text -> text.contains(SECRET))
          .noneMatch(text -> text.contains(OWN_WORDS))
          .noneMatch(text -> text.contains(answer));
    } finally {
      jobs.close();
    }
  }

  /** Else there is nothing to be found, and so nothing is found. */
  private static void assertThatItWasAFullRun(
      Ear ear, OtlpReceiver collector, CloudWatchReceiver cloudWatch, List<String> output) {
    assertThat(ear.heard)
        .anyMatch(line -> line.startsWith("call"))
        .anyMatch(line -> line.contains("attempt 1 on primary"));
    assertThat(collector.spans())
        .filteredOn(span -> span.getName().equals("invoke_bedrock"))
        .extracting(span -> OtlpReceiver.attribute(span, "answer"))
        .contains("primary", "fallback", "refused", "canned", "cached", "interrupted");
    assertThat(cloudWatch.data()).isNotEmpty();
    assertThat(output)
        .anyMatch(text -> text.matches("(?s).*\"state\" ?: ?\"failed\".*"))
        .anyMatch(text -> text.contains("\"unusual\""));
  }

  /** What the dashboard gets. */
  private static final class Events implements AutoCloseable {
    private final Http http = new Http();
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    Events(URI endpoint) {
      var unused = http.linesAsync(Http.get(endpoint.resolve("/api/events")), new LineReader(seen));
    }

    @Override
    public void close() {
      http.shutdownNow();
    }
  }

  private record LineReader(ConcurrentLinkedQueue<String> seen) implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      seen.add(line);
    }

    @Override
    public void onError(Throwable broken) {}

    @Override
    public void onComplete() {}
  }

  /** A call of each kind; gives the beginning of what the model said. */
  private static String live(Watched gateway) throws Exception {
    stack.emulator().faults("[]");
    ConverseRequest first = says("first");
    String said = gateway.client().converse(first).output().message().content().getFirst().text();
    assertThat(said).hasSizeGreaterThan(20);
    call(gateway, first);
    call(gateway, says("second").toBuilder().inferenceConfig(c -> c.maxTokens(-1)).build());
    invoke(gateway, CLAUDE.formatted("third " + SECRET));
    invoke(gateway, "{\"malformed\": \"" + SECRET);
    stream(gateway, "whole", "[]");
    stream(gateway, "refused in the stream", fault("exceptionEvent", "ThrottlingException"));
    stream(gateway, "broken", "[{\"reset\": {\"at\": \"midStream\", \"afterEvents\": 4}}]");
    stream(gateway, "malformed", "[{\"malformedFrame\": {\"afterEvents\": 4}}]");
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"count\": 2, \"unavailable\": {}}]".formatted(Stack.PRIMARY));
    call(gateway, says("retried"));
    stack.emulator().faults("[{\"garbage\": {}}]");
    call(gateway, says("garbage"));
    stack
        .emulator()
        .faults(
            fault("error", "ModelErrorException")
                .replace("[{", "[{\"model\": \"" + Stack.PRIMARY + "\", "));
    call(gateway, says("fallen back"));
    invoke(gateway, CLAUDE.formatted("invoked " + SECRET));
    stack.emulator().faults(fault("error", "ValidationException"));
    call(gateway, says("refused"));
    return said.substring(0, 20);
  }

  /** An error whose message quotes the request, as Bedrock's do. */
  private static String fault(String kind, String exception) {
    return "[{\"%s\": {\"exception\": \"%s\", \"message\": \"cannot say %s\"}}]"
        .formatted(kind, exception, SECRET);
  }

  private static ConverseRequest says(String what) {
    return Calls.converse(Stack.MODEL).toBuilder()
        .messages(Calls.userSays(what + ' ' + SECRET))
        .build();
  }

  private static void stream(Watched gateway, String what, String faults) throws Exception {
    stack.emulator().faults(faults);
    for (String path : List.of("/converse-stream", "/invoke-with-response-stream")) {
      String body = path.startsWith("/converse") ? CONVERSE : CLAUDE;
      try {
        gateway.post("/model/" + Stack.MODEL + path, body.formatted(what + ' ' + SECRET));
      } catch (IOException broken) {
        assertThat(faults).contains("reset");
      }
    }
  }

  /** Leaves a call for later, and waits for its end. */
  private static String job(Watched gateway, String faults, String state) throws Exception {
    stack.emulator().faults(faults);
    String path =
        gateway
            .post(
                "/model/" + Stack.MODEL + "/converse",
                CONVERSE.formatted("later " + state + ' ' + SECRET),
                "prefer",
                "respond-async")
            .headers()
            .firstValue("location")
            .orElseThrow();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> state.equals(new JsonObject(gateway.get(path, "*/*").body()).getString("state")));
    return path;
  }

  private static void call(Watched gateway, ConverseRequest request) {
    try {
      gateway.client().converse(request);
    } catch (BedrockRuntimeException refused) {
      assertThat(refused.statusCode()).isBetween(400, 599);
    }
  }

  private static void invoke(Watched gateway, String body) {
    try {
      gateway.client().invokeModel(r -> r.modelId(Stack.MODEL).body(SdkBytes.fromUtf8String(body)));
    } catch (BedrockRuntimeException refused) {
      assertThat(refused.statusCode()).isBetween(400, 599);
    }
  }
}
