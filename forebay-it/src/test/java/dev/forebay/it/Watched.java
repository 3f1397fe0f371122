package dev.forebay.it;

import dev.forebay.cli.TelemetryAssembly;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.telemetry.QueueLoad;
import dev.forebay.gateway.Gateway;
import dev.forebay.jobs.JobStore;
import dev.forebay.testkit.Http;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** A gateway with a ladder of two, and with telemetry as it is configured. */
final class Watched implements AutoCloseable {
  static final String MODEL = Stack.MODEL;

  private final TelemetryAssembly observation;
  private final Gateway gateway;
  private final BedrockRuntimeClient client;

  /**
   * Starts it.
   *
   * @param upstream who answers
   * @param telemetry the section's content
   */
  Watched(Stack stack, URI upstream, String telemetry) {
    this(stack, upstream, telemetry, "");
  }

  /**
   * Starts it.
   *
   * @param more of the route
   */
  Watched(Stack stack, URI upstream, String telemetry, String more) {
    this(stack, upstream, telemetry, more, "");
  }

  /**
   * Starts it.
   *
   * @param primary more of its target, each with a comma after it
   */
  Watched(Stack stack, URI upstream, String telemetry, String more, String primary) {
    this(stack, upstream, telemetry, more, primary, Optional.empty());
  }

  /**
   * Starts it.
   *
   * @param jobs where calls are left for later
   */
  Watched(
      Stack stack,
      URI upstream,
      String telemetry,
      String more,
      String primary,
      Optional<JobStore> jobs) {
    GatewayConfig config =
        ConfigFile.parse(
            """
            server: { port: 0 }
            targets:
              primary: { region: us-east-1, model: "%s", endpoint: "%s", %s credentials: "static:AKIDGATEWAY:${SECRET}", timeouts: { firstToken: 3s, idle: 600ms } }
              fallback: { region: us-west-2, model: "%s", endpoint: "%s", credentials: anonymous }
            routes:
              %s:
                tiers: [[primary], [fallback]]
                deadline: 8s
                retry: { baseDelay: 20ms, maxDelay: 100ms, jitter: additive }
            %s
            telemetry: { %s }
            %s
            """
                .formatted(
                    Stack.PRIMARY,
                    upstream,
                    primary,
                    Stack.FALLBACK,
                    upstream,
                    MODEL,
                    more.isEmpty() ? "" : "    " + more,
                    telemetry,
                    jobs.isEmpty() ? "" : "jobs: { store: \"sqlite:elsewhere\" }"),
            "watched.yaml",
            Map.of("SECRET", "gateway-secret"));
    Journeys journeys = new Journeys();
    observation = stack.watch(config, journeys);
    gateway = stack.start(config, journeys, observation, JourneyListener.NONE, jobs);
    observation.watch(gateway.callers());
    observation.watch(gateway);
    client =
        BedrockRuntimeClient.builder()
            .endpointOverride(endpoint())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + gateway.port());
  }

  BedrockRuntimeClient client() {
    return client;
  }

  /** Posts something to the gateway. */
  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    try (Http http = new Http()) {
      return http.text(Http.postJson(endpoint().resolve(path), body, headers));
    }
  }

  /** Makes a call whose answer comes as a stream. */
  void stream() throws Exception {
    post(
        "/model/" + MODEL + "/converse-stream",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hello\"}]}]}");
  }

  /** Shows a queue with a job in it. */
  void showQueue() {
    observation.watchQueue(
        () -> new QueueLoad(Map.of("queued", 1L, "failed", 0L), Duration.ofSeconds(3), true));
  }

  void showCluster() {
    observation.watchCluster(
        () ->
            new FleetReading(
                "one",
                FleetReading.Store.LEASES,
                2,
                List.of("one", "two"),
                Map.of(
                    "primary",
                    new FleetReading.Slice(
                        "quota", 0.5, 0.5, true, 600, false, true, 2, List.of())),
                1,
                0,
                "",
                Duration.ZERO));
    observation.watchAnswers(() -> new SharedAnswers.Diagnostics(true, 1, 0, 0, 0, 0, ""));
  }

  /** A page of the gateway. */
  HttpResponse<String> get(String path, String accept) throws Exception {
    try (Http http = new Http()) {
      return http.text(Http.get(endpoint().resolve(path), "Accept", accept));
    }
  }

  /** Sends what has been seen. */
  void flush() {
    observation.close();
  }

  @Override
  public void close() {
    client.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
    observation.close();
  }
}
