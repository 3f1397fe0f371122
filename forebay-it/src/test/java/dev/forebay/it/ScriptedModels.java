package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.Operation;
import dev.forebay.cli.DrainedQueues;
import dev.forebay.cli.Lifetime;
import dev.forebay.cli.TelemetryAssembly;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Ticker;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.jobs.JobStore;
import dev.forebay.testkit.Http;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Gateways whose targets each answer as a script says, and a client without an SDK. A target's
 * endpoint is a folder of one upstream, by its name: {@code endpoint: "${UPSTREAM}/name"}.
 */
public final class ScriptedModels implements AutoCloseable {
  /** A request in Claude's form. */
  public static final String CLAUDE_BODY = Calls.CLAUDE_BODY;

  /** The same in Converse's form. */
  public static final String CONVERSE_BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello\"}]}],"
          + "\"inferenceConfig\":{\"maxTokens\":100}}";

  /** How a target answers. */
  @FunctionalInterface
  public interface Script {
    void answer(HttpServerRequest request, Operation operation);

    /** The same, which streams have as their first event. */
    static Script refuses(int status, String type, String message) {
      ErrorInfo error = new ErrorInfo(status, type, message);
      return (request, operation) ->
          error(request, status).putHeader("x-amzn-ErrorType", type).end(json(error));
    }

    /** An exception event in place of the stream's first one. */
    static Script breaksOff(int status, String type, String message) {
      ErrorInfo error = new ErrorInfo(status, type, message);
      return (request, operation) ->
          stream(request).end(Buffer.buffer(ErrorBody.exceptionFrame(error, operation)));
    }

    /** 429, to come back so much later. */
    static Script throttles(int seconds) {
      return (request, operation) ->
          error(request, 429)
              .putHeader("x-amzn-ErrorType", "ThrottlingException")
              .putHeader("Retry-After", "" + seconds)
              .end("{\"message\":\"Too many tokens, please wait before trying again.\"}");
    }

    /** 503, to come back so much later. */
    static Script lacksCapacity(int seconds) {
      return (request, operation) ->
          error(request, 503)
              .putHeader("x-amzn-ErrorType", "ServiceUnavailableException")
              .putHeader("Retry-After", "" + seconds)
              .end("{\"message\":\"Bedrock is unable to process your request.\"}");
    }

    /** A short answer in the operation's form, Claude's for InvokeModel. */
    static Script answers() {
      return ends("end_turn", "Hi");
    }

    /**
     * An answer that ends so.
     *
     * @param text null for an answer without content
     */
    static Script ends(String stopReason, @Nullable String text) {
      return (request, operation) -> {
        switch (operation) {
          case CONVERSE -> json(request, converse(stopReason, text));
          case INVOKE -> json(request, claude(stopReason, text));
          case CONVERSE_STREAM -> frames(request, converseStream(stopReason, text));
          case INVOKE_STREAM -> frames(request, claudeStream(stopReason, text));
          case COUNT_TOKENS -> json(request, "{\"inputTokens\":3}");
        }
      };
    }

    private static Buffer json(ErrorInfo error) {
      return Buffer.buffer(ErrorBody.json(error));
    }

    private static void json(HttpServerRequest request, String body) {
      request.response().putHeader("Content-Type", "application/json").end(body);
    }

    private static void frames(HttpServerRequest request, Buffer frames) {
      stream(request).end(frames);
    }

    private static HttpServerResponse stream(HttpServerRequest request) {
      return request
          .response()
          .putHeader("Content-Type", "application/vnd.amazon.eventstream")
          .putHeader("x-amzn-RequestId", requestId(request));
    }

    private static HttpServerResponse error(HttpServerRequest request, int status) {
      return request
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .putHeader("x-amzn-RequestId", requestId(request));
    }
  }

  /** The id that a target gives its answer. */
  public static String requestId(String target) {
    return "request-of-" + target;
  }

  private static String requestId(HttpServerRequest request) {
    return requestId(target(request));
  }

  private static String target(HttpServerRequest request) {
    return request.uri().substring(1, request.uri().indexOf('/', 1));
  }

  private static Operation operation(HttpServerRequest request) {
    String suffix = request.uri().substring(request.uri().lastIndexOf('/') + 1);
    for (Operation operation : Operation.values()) {
      if (operation.suffix().equals(suffix)) {
        return operation;
      }
    }
    throw new AssertionError(request.uri());
  }

  private static String converse(String stopReason, @Nullable String text) {
    String content = text == null ? "" : "{\"text\":\"%s\"}".formatted(text);
    return """
        {"output":{"message":{"role":"assistant","content":[%s]}},"stopReason":"%s",
         "usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":1}}"""
        .formatted(content, stopReason);
  }

  private static String claude(String stopReason, @Nullable String text) {
    String content = text == null ? "" : "{\"type\":\"text\",\"text\":\"%s\"}".formatted(text);
    return """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[%s],
         "stop_reason":"%s","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}"""
        .formatted(content, stopReason);
  }

  private static Buffer converseStream(String stopReason, @Nullable String text) {
    Buffer frames = Buffer.buffer();
    event(frames, "messageStart", "{\"role\":\"assistant\"}");
    if (text != null) {
      event(
          frames,
          "contentBlockDelta",
          "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"%s\"}}".formatted(text));
      event(frames, "contentBlockStop", "{\"contentBlockIndex\":0}");
    }
    event(frames, "messageStop", "{\"stopReason\":\"%s\"}".formatted(stopReason));
    event(
        frames,
        "metadata",
        "{\"usage\":{\"inputTokens\":3,\"outputTokens\":2,\"totalTokens\":5},"
            + "\"metrics\":{\"latencyMs\":1}}");
    return frames;
  }

  private static Buffer claudeStream(String stopReason, @Nullable String text) {
    Buffer frames = Buffer.buffer();
    chunk(
        frames,
        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
            + "\"role\":\"assistant\",\"content\":[],\"usage\":{\"input_tokens\":3,"
            + "\"output_tokens\":1}}}");
    if (text != null) {
      chunk(
          frames,
          "{\"type\":\"content_block_start\",\"index\":0,"
              + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
      chunk(
          frames,
          "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
              + "\"text\":\"%s\"}}".formatted(text));
      chunk(frames, "{\"type\":\"content_block_stop\",\"index\":0}");
    }
    chunk(
        frames,
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},"
                .formatted(stopReason)
            + "\"usage\":{\"output_tokens\":2}}");
    chunk(
        frames,
        "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":3,"
            + "\"outputTokenCount\":2,\"invocationLatency\":1,\"firstByteLatency\":1}}");
    return frames;
  }

  private static void chunk(Buffer frames, String json) {
    String bytes = Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
    event(frames, "chunk", "{\"bytes\":\"%s\"}".formatted(bytes));
  }

  private static void event(Buffer frames, String type, String json) {
    frames.appendBytes(Frame.event(type, json.getBytes(UTF_8)));
  }

  private final Vertx vertx = Lifetime.vertx();
  private final HttpServer upstream;
  private final Http http = new Http();
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private @Nullable TelemetryAssembly watching;
  private @Nullable Gateway gateway;
  private @Nullable DrainedQueues queues;

  /** An upstream, yet without a gateway. */
  public ScriptedModels() {
    upstream =
        Lifetime.started(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                body -> {
                                  String target = target(request);
                                  asked.add(target);
                                  scripts
                                      .getOrDefault(target, Script.answers())
                                      .answer(request, operation(request));
                                }))
                .listen(0, "127.0.0.1"),
            "upstream");
  }

  /** From now on the target answers so. */
  public ScriptedModels script(String target, Script script) {
    scripts.put(target, script);
    return this;
  }

  /** Starts a gateway that knows nothing of calls before it, in place of any other. */
  public ScriptedModels start(String config) {
    return start(config, null);
  }

  /** The same with a queue. */
  public ScriptedModels start(String config, @Nullable JobStore jobs) {
    stop();
    asked.clear();
    GatewayConfig parsed =
        ConfigFile.parse(
            config,
            "scripted.yaml",
            Map.of("UPSTREAM", "http://127.0.0.1:" + upstream.actualPort()));
    Journeys journeys = new Journeys();
    TelemetryAssembly seen =
        new TelemetryAssembly(parsed, journeys, Ticker.system(), Duration.ofMinutes(1), System.out);
    watching = seen;
    gateway =
        Lifetime.started(
            Gateway.start(
                parsed,
                new Gateway.Surroundings(
                    journeys,
                    seen.listener(),
                    seen.tracing(),
                    seen.page(),
                    Ticker.system(),
                    new SplittableRandom(1)),
                Optional.ofNullable(jobs),
                vertx),
            "gateway");
    if (!parsed.sqs().isEmpty()) {
      queues = DrainedQueues.start(parsed, gateway);
    }
    return this;
  }

  /** A store of jobs in that folder. */
  public static JobStore storeIn(Path folder) {
    return QueuedGateway.storeIn(folder);
  }

  /** The targets in the order in which they were asked. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** Calls an operation with the body that fits it. */
  public HttpResponse<byte[]> call(String model, Operation operation, String... headers)
      throws IOException, InterruptedException {
    boolean invoke = operation == Operation.INVOKE || operation == Operation.INVOKE_STREAM;
    return http.bytes(
        Http.postJson(
            uri("/model/" + model + "/" + operation.suffix()),
            invoke ? CLAUDE_BODY : CONVERSE_BODY,
            headers));
  }

  /** Reads one of the gateway's pages. */
  public String page(String path) throws IOException, InterruptedException {
    return http.text(Http.get(uri(path))).body();
  }

  /** The same, where it is JSON. */
  public JsonObject json(String path) throws IOException, InterruptedException {
    return new JsonObject(page(path));
  }

  private URI uri(String path) {
    Gateway up = gateway;
    if (up == null) {
      throw new IllegalStateException("no gateway was started");
    }
    return Http.local(up.port(), path);
  }

  /** Whether a body is what the target sends by this script. */
  public static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), UTF_8);
  }

  private void stop() {
    if (queues != null) {
      queues.drain().toCompletionStage().toCompletableFuture().join();
      queues = null;
    }
    if (gateway != null) {
      gateway.close().toCompletionStage().toCompletableFuture().join();
      gateway = null;
    }
    if (watching != null) {
      watching.close();
      watching = null;
    }
  }

  @Override
  public void close() {
    stop();
    http.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
