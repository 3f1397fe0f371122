package dev.forebay.it.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cli.Lifetime;
import dev.forebay.config.ConfigFile;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.gateway.Gateway;
import dev.forebay.it.Stack;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.ObjectName;

/**
 * Two thousand streams at once, whose callers leave at any moment, leave nothing behind. In a
 * process of its own, because it counts the open connections and the objects of its process.
 */
final class CrowdProcess {
  private static final int CALLERS = 2_000;

  /** So many connections begin at one moment, as they would overflow the listener's queue. */
  private static final int AT_A_TIME = 100;

  private static final String MODEL = "amazon.nova-lite-v1:0";
  private static final Duration LONG = Duration.ofMinutes(2);

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"%s\"}]}],\"inferenceConfig\":{\"maxTokens\":200}}"
          .formatted("Hello ".repeat(200));

  /** What one call holds: none of it may be left when all calls are over. */
  private static final Pattern HELD =
      Pattern.compile(
          "\\s+(\\d+)\\s+\\d+\\s+(dev\\.forebay\\.(?:core\\.(?:journey\\.(?:Journey|ActiveAttempt)|admission\\.AdmissionQueue\\$Ticket)|engine\\.(?:call\\.Exchange|upstream\\.(?:UpstreamAttempt|StreamBody|TargetCall))|gateway\\.http\\.(?:HttpResponseSink|BodyIntake)|bedrock\\.FrameSplitter))(?:\\s|$)");

  private final AtomicInteger complete = new AtomicInteger();
  private final AtomicInteger typedErrors = new AtomicInteger();
  private final AtomicInteger callersLeft = new AtomicInteger();
  private final AtomicInteger cutSilently = new AtomicInteger();
  private final Queue<Runnable> departures = new ConcurrentLinkedQueue<>();
  private final SplittableRandom random = new SplittableRandom(7);

  public static void main(String[] args) {
    try {
      new CrowdProcess().twoThousandStreamsLeaveNothingBehind();
      System.exit(0);
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private void twoThousandStreamsLeaveNothingBehind() throws Exception {
    long before = openConnections();
    Vertx vertx = Lifetime.vertx();
    Emulator emulator =
        Emulator.start(
            EmulatorConfig.parse(
                """
                models:
                  "%s": { maxTokens: 8192, latency: { timeToFirstToken: 12s, tokensPerSecond: 25 }, outputTokens: 60 }
                """
                    .formatted(MODEL)),
            vertx);
    emulator.faults(
        """
        [{"probability": 0.1, "exceptionEvent": {"exception": "throttlingException", "afterEvents": 7}},
         {"probability": 0.1, "reset": {"at": "midStream", "afterEvents": 5}},
         {"probability": 0.1, "truncate": {"afterEvents": 6}},
         {"probability": 0.1, "stall": {"afterEvents": 9}},
         {"probability": 0.1, "hang": {"at": "firstToken"}}]""");
    Gateway gateway = gateway(emulator);
    HttpClient plain = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CALLERS));
    HttpClient h2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));

    for (int i = 0; i < CALLERS; i++) {
      call(i % 2 == 0 ? plain : h2, gateway.port());
      int begun = i + 1;
      if (begun % AT_A_TIME == 0) {
        await()
            .atMost(LONG)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> status(gateway).getInteger("calls") == begun);
      }
    }
    assertThat(instances())
        .as("what calls hold")
        .contains("core.journey.Journey x 2", "engine.upstream.UpstreamAttempt x 2000");
    departures.forEach(
        departure -> vertx.setTimer(1 + random.nextInt(13_000), id -> departure.run()));
    await()
        .atMost(LONG)
        .until(
            () ->
                complete.get() + typedErrors.get() + callersLeft.get() + cutSilently.get()
                    == CALLERS);
    assertThat(cutSilently.get())
        .as("streams that ended without their last word and without an error")
        .isZero();
    assertThat(complete.get()).isGreaterThan(CALLERS / 20);
    assertThat(typedErrors.get()).isGreaterThan(CALLERS / 20);
    assertThat(callersLeft.get()).isGreaterThan(CALLERS / 4);

    await().atMost(LONG).until(() -> status(gateway).getInteger("calls") == 0);
    await().atMost(LONG).until(() -> emulator.stats().total().inFlight() == 0);
    JsonObject status = status(gateway);
    JsonObject target = status.getJsonObject("targets").getJsonObject("slow");
    assertThat(status.getLong("bodyBytes")).isZero();
    assertThat(target.getInteger("inFlight")).isZero();
    assertThat(instances()).as("what calls hold").isEmpty();
    plain.close().toCompletionStage().toCompletableFuture().join();
    h2.close().toCompletionStage().toCompletableFuture().join();
    gateway.close().toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    await().atMost(LONG).until(() -> openConnections() <= before + 40);
    System.out.printf(
        "%,d streams: %,d complete, %,d ended by a typed error, %,d callers left; open connections %d before, %d after%n",
        CALLERS, complete.get(), typedErrors.get(), callersLeft.get(), before, openConnections());
  }

  /** Half of the callers stay; the others are to leave before the first token, or in the middle. */
  private void call(HttpClient client, int port) {
    AtomicBoolean over = new AtomicBoolean();
    boolean stays = random.nextBoolean();
    client
        .request(HttpMethod.POST, port, "127.0.0.1", "/model/crowd/converse-stream")
        .onFailure(failed -> end(over, cutSilently))
        .onSuccess(
            request -> {
              if (!stays) {
                departures.add(() -> leave(request, over));
              }
              request
                  .response()
                  .onFailure(failed -> end(over, callersLeft))
                  .onSuccess(response -> read(response, over));
              request.end(BODY);
            });
  }

  private void leave(HttpClientRequest request, AtomicBoolean over) {
    if (end(over, callersLeft)) {
      request.reset();
    }
  }

  private void read(HttpClientResponse response, AtomicBoolean over) {
    response.exceptionHandler(broken -> end(over, cutSilently));
    Buffer all = Buffer.buffer();
    response.handler(all::appendBuffer);
    response.endHandler(
        ended -> {
          String text = all.toString();
          boolean stopped = text.contains("messageStop");
          boolean error = response.statusCode() != 200 || text.contains(":exception-type");
          end(over, stopped ? complete : error ? typedErrors : cutSilently);
        });
  }

  private static boolean end(AtomicBoolean over, AtomicInteger how) {
    boolean first = over.compareAndSet(false, true);
    if (first) {
      how.incrementAndGet();
    }
    return first;
  }

  private static Gateway gateway(Emulator emulator) {
    return new Stack()
        .start(
            ConfigFile.parse(
                """
            server: { port: 0 }
            targets:
              slow: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous,
                      quota: { tokensPerMinute: 100000000 }, timeouts: { firstToken: 20s, idle: 3s } }
            routes:
              crowd: { tiers: [[slow]], deadline: 60s, retry: { maxAttempts: 2 }, breaker: { minimumCalls: 100000 } }
            """
                    .formatted(MODEL, emulator.endpoint()),
                "crowd.yaml",
                Map.of()));
  }

  private static JsonObject status(Gateway gateway) throws Exception {
    try (InputStream status =
        URI.create("http://127.0.0.1:" + gateway.port() + "/api/status").toURL().openStream()) {
      return new JsonObject(Buffer.buffer(status.readAllBytes()));
    }
  }

  /** What is still there after a collection, with its count. */
  private static String instances() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    StringBuilder found = new StringBuilder();
    Matcher line = HELD.matcher(histogram);
    while (line.find()) {
      found.append(line.group(2)).append(" x ").append(line.group(1)).append(' ');
    }
    return found.toString();
  }

  /** Sockets and what belongs to them. JAR files are opened as classes are needed. */
  private static long openConnections() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(CrowdProcess::isConnection).count();
    }
  }

  private static boolean isConnection(Path descriptor) {
    try {
      return !Files.readSymbolicLink(descriptor).isAbsolute();
    } catch (IOException e) {
      // It is closed by now.
      return false;
    }
  }
}
