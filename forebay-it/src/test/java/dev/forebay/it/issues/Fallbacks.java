package dev.forebay.it.issues;

import dev.forebay.config.ConfigFile;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.admin.MetricsPage;
import dev.forebay.testkit.Http;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A gateway whose one route asks one model and falls back to others, one after the other. */
final class Fallbacks implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Http http = new Http();
  private final List<String> trail = new CopyOnWriteArrayList<>();
  private final Gateway gateway;
  private final String asked;

  /**
   * Starts it.
   *
   * @param route more keys of the route
   * @param top more lines of the configuration
   */
  Fallbacks(StrictBedrock bedrock, String route, String top, String... models) throws Exception {
    asked = models[0];
    StringBuilder targets = new StringBuilder();
    StringBuilder tiers = new StringBuilder();
    for (int i = 0; i < models.length; i++) {
      targets.append(
          "  t%d: { region: us-east-1, model: \"%s\", endpoint: \"%s\", credentials: anonymous }%n"
              .formatted(i, models[i], bedrock.endpoint()));
      tiers.append(i == 0 ? "" : ", ").append("[t").append(i).append(']');
    }
    String text =
        """
        server: { port: 0 }
        targets:
        %sroutes:
          "%s": { tiers: [%s], deadline: 10s, retry: { maxAttempts: 1, baseDelay: 1ms, maxDelay: 1ms }, breaker: { minimumCalls: 1000 }%s }
        %s
        """
            .formatted(targets, asked, tiers, route.isEmpty() ? "" : ", " + route, top);
    gateway =
        Gateway.start(
                ConfigFile.parse(text, "test.yaml", Map.of()),
                new Gateway.Surroundings(
                    new Journeys(),
                    this::hear,
                    CallTracing.NONE,
                    accept -> new MetricsPage.Page("text/plain", new byte[0]),
                    Ticker.system(),
                    new SplittableRandom(1)),
                vertx)
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
  }

  private void hear(JourneyView journey, JourneyEvent event) {
    trail.add(event.text());
  }

  /** What happened, in words. */
  List<String> trail() {
    return trail;
  }

  HttpResponse<String> invoke(String body) throws Exception {
    return post("invoke", body);
  }

  HttpResponse<String> converse(String body) throws Exception {
    return post("converse", body);
  }

  private HttpResponse<String> post(String operation, String body) throws Exception {
    return http.text(
        Http.postJson(
            uri("/model/" + URLEncoder.encode(asked, StandardCharsets.UTF_8) + "/" + operation),
            body));
  }

  JsonObject status() throws Exception {
    return new JsonObject(http.text(Http.get(uri("/api/status"))).body());
  }

  private URI uri(String path) {
    return Http.local(gateway.port(), path);
  }

  @Override
  public void close() {
    http.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
