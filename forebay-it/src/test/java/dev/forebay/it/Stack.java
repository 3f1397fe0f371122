package dev.forebay.it;

import dev.forebay.cli.Lifetime;
import dev.forebay.cli.TelemetryAssembly;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.emulator.RequestRecord;
import dev.forebay.gateway.Gateway;
import dev.forebay.jobs.JobStore;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * A gateway with an emulated Bedrock behind it, and the AWS SDK's clients in front of it. The
 * emulator answers without delay; backoff is short, so that a ladder is climbed in milliseconds.
 */
public final class Stack
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  public static final String MODEL = "anthropic.claude-sonnet-4-6";
  public static final String PRIMARY = "us.anthropic.claude-sonnet-4-6";
  public static final String FALLBACK = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
  public static final String ALONE = "anthropic.claude-opus-4-5-20251101-v1:0";

  private static final String FAST =
      "{ maxTokens: 8192, latency: { timeToFirstToken: 0ms, tokensPerSecond: 1000000 },"
          + " outputTokens: 20 }";
  private static final String EMULATOR =
      """
      models:
        "%s": %s
        "%s": %s
        "%s": %s
      anyModel: true
      otherModels: %s
      """
          .formatted(PRIMARY, FAST, FALLBACK, FAST, ALONE, FAST, FAST);

  private static final String GATEWAY =
      """
      server: { port: 0 }
      targets:
        primary: { region: us-east-1, model: "%s", endpoint: "${EMULATOR}", credentials: "static:${ID}:${SECRET}", timeouts: { firstFrame: 3s, firstToken: 3s, idle: 600ms } }
        fallback: { region: us-west-2, model: "%s", endpoint: "${EMULATOR}", credentials: "bearer:${TOKEN}" }
        alone: { region: us-east-1, model: "%s", endpoint: "${EMULATOR}", credentials: anonymous, timeouts: { firstFrame: 3s, firstToken: 3s, idle: 600ms } }
        any: { region: us-east-1, endpoint: "${EMULATOR}", credentials: anonymous }
      routes:
        %s:
          tiers: [[primary], [fallback]]
          deadline: 8s
          retry: { baseDelay: 20ms, maxDelay: 500ms, jitter: additive }
        "%s":
          tiers: [[alone]]
          deadline: 4s
          retry: { baseDelay: 20ms, maxDelay: 500ms, jitter: additive }
        "*":
          tiers: [[any]]
      """
          .formatted(PRIMARY, FALLBACK, ALONE, MODEL, ALONE);

  static {
    // One stays open: the SDK's asynchronous clients share event loops, and closing the last client
    // waits two seconds for those.
    var unused = NettyNioAsyncHttpClient.create();
  }

  private final List<AutoCloseable> closeables = new ArrayList<>();
  private final Vertx vertx = Lifetime.vertx();
  private @Nullable Emulator emulator;
  private @Nullable Gateway gateway;

  @Override
  public void beforeAll(ExtensionContext context) {
    emulator = Emulator.start(EmulatorConfig.parse(EMULATOR), vertx);
  }

  /** Each test has a gateway of its own, which remembers nothing of the tests before. */
  @Override
  public void beforeEach(ExtensionContext context) {
    emulator().reset();
    gateway =
        start(
            ConfigFile.parse(
                GATEWAY,
                "test.yaml",
                Map.of(
                    "EMULATOR", emulator().endpoint().toString(),
                    "ID", "AKIDGATEWAY",
                    "SECRET", "gateway-secret",
                    "TOKEN", "gateway-token")));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    gateway().close().toCompletionStage().toCompletableFuture().join();
  }

  /** Starts another gateway on the same event loops. */
  public Gateway start(GatewayConfig config) {
    return start(config, JourneyListener.NONE);
  }

  /** Starts another gateway on the same event loops, whose journeys are heard. */
  public Gateway start(GatewayConfig config, JourneyListener listener) {
    return start(config, listener, Optional.empty());
  }

  /** A gateway with a queue. */
  public Gateway start(GatewayConfig config, JourneyListener listener, Optional<JobStore> jobs) {
    Journeys journeys = new Journeys();
    TelemetryAssembly watching = watch(config, journeys);
    return start(config, journeys, watching, listener, jobs);
  }

  /** Watches the calls of a gateway as the command does, but posts at once. */
  TelemetryAssembly watch(GatewayConfig config, Journeys journeys) {
    TelemetryAssembly watching =
        new TelemetryAssembly(
            config, journeys, Ticker.system(), Duration.ofMillis(100), System.out);
    closeables.addFirst(watching);
    return watching;
  }

  /** Starts another gateway that is watched so. */
  public Gateway start(
      GatewayConfig config,
      Journeys journeys,
      TelemetryAssembly watching,
      JourneyListener listener,
      Optional<JobStore> jobs) {
    return Lifetime.started(
        Gateway.start(
            config,
            new Gateway.Surroundings(
                journeys,
                watching.listener().and(listener),
                watching.tracing(),
                watching.page(),
                Ticker.system(),
                new SplittableRandom(1)),
            jobs,
            vertx),
        "gateway");
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (AutoCloseable closeable : closeables) {
      closeable.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  public Emulator emulator() {
    return Objects.requireNonNull(emulator);
  }

  public Gateway gateway() {
    return Objects.requireNonNull(gateway);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + gateway().port());
  }

  /** The SDK's sync client with nothing changed but the endpoint and, on request, its retries. */
  public BedrockRuntimeClient client() {
    BedrockRuntimeClient client =
        BedrockRuntimeClient.builder()
            .endpointOverride(endpoint())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    closeables.add(client);
    return client;
  }

  /** The SDK's async client, which speaks h2c. */
  public BedrockRuntimeAsyncClient asyncClient() {
    BedrockRuntimeAsyncClient client =
        BedrockRuntimeAsyncClient.builder()
            .endpointOverride(endpoint())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    closeables.add(client);
    return client;
  }

  /** The requests that reached the emulator for a model, oldest first. */
  public List<RequestRecord> arrived(String model) {
    return emulator().stats().recent().stream().filter(r -> r.model().equals(model)).toList();
  }
}
