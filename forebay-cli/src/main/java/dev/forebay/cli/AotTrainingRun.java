package dev.forebay.cli;

import dev.forebay.core.Ticker;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A gateway's first calls, made at build time: the JVM records what it loads, links and profiles,
 * and starts sooner with that record. The launcher runs it once, after the build.
 */
final class AotTrainingRun {
  private static final int LANES = 32;
  private static final int CALLS_PER_LANE = 100;
  private static final int MOST_SECONDS = 20;

  /** Faults make calls wait, on a busy machine for long: what was seen by then is enough. */
  private static final Duration PLAY_TIME = Duration.ofSeconds(8);

  private static final Pattern LISTENS = Pattern.compile("listens on (\\S+)");

  private static final String BODY =
      """
      {"messages":[{"role":"user","content":[{"text":"Hello"}]}],"inferenceConfig":{"maxTokens":20}}\
      """;

  private static final String EMULATED =
      """
      anyModel: true
      otherModels: { latency: { timeToFirstToken: 1ms, tokensPerSecond: 100000 }, outputTokens: 10 }
      """;

  /** Faults of the training run. */
  private static final String FAULTS =
      """
      [{"probability": 0.1, "error": {"exception": "ThrottlingException"}},
       {"probability": 0.05, "error": {"exception": "InternalServerException"}},
       {"probability": 0.05, "error": {"exception": "ValidationException"}}]""";

  private static final List<String> PAGES =
      List.of("/healthz", "/readyz", "/api/status", "/metrics", "/dashboard", "/nowhere");

  private final Vertx vertx = Vertx.vertx();
  private final URI gateway;

  private AotTrainingRun(URI gateway) {
    this.gateway = gateway;
  }

  /**
   * Serves some thousand calls and ends the process, one way or the other. Needs {@code
   * FOREBAY_REHEARSAL} to be set, which stands for a secret.
   */
  public static void main(String[] args) {
    try {
      run();
      System.exit(0);
    } catch (Exception e) {
      // For the build's log; the logger's own thread would not write it before the end.
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run() throws Exception {
    Emulator emulator =
        Lifetime.started(
            Emulator.open(EmulatorConfig.parse(EMULATED), Vertx.vertx()), "Cannot emulate");
    Path config = Files.createTempFile("forebay-rehearsal", ".yaml");
    try {
      Files.writeString(config, config(emulator.endpoint()));
      Listening listening = new Listening();
      Thread.ofVirtual()
          .start(() -> new ServeCommand(config, null, 0).serve(new PrintWriter(listening, true)));
      URI gateway = listening.address.get(MOST_SECONDS, TimeUnit.SECONDS);
      AotTrainingRun rehearsal = new AotTrainingRun(gateway);
      rehearsal.play();
      emulator.faults(FAULTS);
      rehearsal.play();
      rehearsal.readPages();
    } finally {
      Files.delete(config);
    }
  }

  private static String config(URI endpoint) {
    return """
        targets:
          signed:
            region: us-east-1
            model: anthropic.claude-signed
            endpoint: %1$s
            credentials: static:${FOREBAY_REHEARSAL}:${FOREBAY_REHEARSAL}
            quota: { requestsPerMinute: 10000000, tokensPerMinute: 1000000000 }
          spare: { region: us-east-1, model: anthropic.claude-spare, endpoint: %1$s, credentials: anonymous }
        routes:
          anthropic.claude-sonnet-4-6: { tiers: [[signed], [spare]], deadline: 8s }
        """
        .formatted(endpoint);
  }

  /** Both protocols, whole answers and streams; no new calls after {@link #PLAY_TIME}. */
  private void play() throws Exception {
    long until = Ticker.system().nanos() + PLAY_TIME.toNanos();
    List<Future<Void>> lanes =
        Stream.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)
            .flatMap(
                version -> {
                  HttpClient client = client(version);
                  return Stream.of("converse", "converse-stream")
                      .flatMap(
                          operation ->
                              Stream.generate(() -> lane(client, operation, CALLS_PER_LANE, until))
                                  .limit(LANES / 4));
                })
            .toList();
    Future.join(lanes)
        .toCompletionStage()
        .toCompletableFuture()
        .get(MOST_SECONDS, TimeUnit.SECONDS);
  }

  /** The operator's pages. */
  private void readPages() throws Exception {
    HttpClient client = client(HttpVersion.HTTP_1_1);
    List<Future<Buffer>> pages =
        PAGES.stream()
            .map(
                page ->
                    client
                        .request(HttpMethod.GET, gateway.getPort(), gateway.getHost(), page)
                        .compose(HttpClientRequest::send)
                        .compose(HttpClientResponse::body))
            .toList();
    Future.join(pages)
        .toCompletionStage()
        .toCompletableFuture()
        .get(MOST_SECONDS, TimeUnit.SECONDS);
  }

  private HttpClient client(HttpVersion version) {
    return vertx.createHttpClient(
        new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false),
        new PoolOptions().setHttp1MaxSize(LANES).setHttp2MaxSize(2));
  }

  private Future<Void> lane(HttpClient client, String operation, int calls, long untilNanos) {
    if (calls == 0 || Ticker.system().nanos() - untilNanos > 0) {
      return Future.succeededFuture();
    }
    String path = "/model/anthropic.claude-sonnet-4-6/" + operation;
    return client
        .request(HttpMethod.POST, gateway.getPort(), gateway.getHost(), path)
        .compose(request -> request.putHeader("content-type", "application/json").send(BODY))
        .compose(response -> response.body())
        .compose(body -> lane(client, operation, calls - 1, untilNanos));
  }

  /** Listens to what the command says until it names its address. */
  private static final class Listening extends Writer {
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final StringBuilder said = new StringBuilder();

    @Override
    public void write(char[] text, int from, int length) {
      said.append(text, from, length);
      Matcher matcher = LISTENS.matcher(said);
      if (matcher.find()) {
        address.complete(URI.create(matcher.group(1)));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {}
  }
}
