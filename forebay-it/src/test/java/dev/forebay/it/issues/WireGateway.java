package dev.forebay.it.issues;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.admin.MetricsPage;
import dev.forebay.jobs.JobStore;
import dev.forebay.testkit.Http;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A gateway of its own, a client without an SDK, and what its journeys said. */
final class WireGateway implements AutoCloseable {
  static final String CONVERSE_BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
  static final String CLAUDE_BODY =
      "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":50,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

  private final Vertx vertx;
  private final Gateway gateway;
  private final Http http = new Http();
  private final List<JourneyEvent> events = new CopyOnWriteArrayList<>();

  WireGateway(String config) {
    this(config, Map.of());
  }

  WireGateway(String config, Map<String, String> env) {
    this(config, env, Optional.empty());
  }

  WireGateway(String config, Map<String, String> env, Optional<JobStore> jobs) {
    vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    GatewayConfig parsed = ConfigFile.parse("server: { port: 0 }\n" + config, "wire.yaml", env);
    try {
      gateway =
          Gateway.start(
                  parsed,
                  new Gateway.Surroundings(
                      new Journeys(),
                      (JourneyListener) this::heard,
                      CallTracing.NONE,
                      accept -> new MetricsPage.Page("text/plain", new byte[0]),
                      Ticker.system(),
                      new SplittableRandom(1)),
                  jobs,
                  vertx)
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One route to one target, by the model id {@code m}. */
  static String one(String endpoint, String target) {
    return one("any.model-v1:0", endpoint, target, "");
  }

  static String one(String model, String endpoint, String target, String route) {
    return """
    targets:
      one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous%s }
    routes:
      m: { tiers: [[one]], retry: { maxAttempts: 1, maxAttemptsPerCall: 1 }%s }
    """
        .formatted(model, endpoint, target, route);
  }

  private void heard(JourneyView journey, JourneyEvent event) {
    events.add(event);
  }

  Gateway gateway() {
    return gateway;
  }

  Vertx vertx() {
    return vertx;
  }

  int port() {
    return gateway.port();
  }

  <E extends JourneyEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  HttpResponse<byte[]> converse(String... headers) throws IOException, InterruptedException {
    return post("/model/m/converse", CONVERSE_BODY, headers);
  }

  HttpResponse<byte[]> invoke(String... headers) throws IOException, InterruptedException {
    return post("/model/m/invoke", CLAUDE_BODY, headers);
  }

  HttpResponse<byte[]> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return http.bytes(Http.postJson(uri(path), body, headers));
  }

  HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    return http.bytes(Http.get(uri(path), headers));
  }

  /** What {@code /api/status} says of a target. */
  JsonObject target(String name) throws IOException, InterruptedException {
    return new JsonObject(text(get("/api/status"))).getJsonObject("targets").getJsonObject(name);
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  @Override
  public void close() {
    http.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
