package dev.forebay.it;

import dev.forebay.cli.Lifetime;
import dev.forebay.cli.LiveConfig;
import dev.forebay.cli.TelemetryAssembly;
import dev.forebay.config.ConfigWatch;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Ticker;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.Http;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** A gateway that follows its configuration file, as {@code forebay serve --config} runs it. */
final class LiveGateway implements AutoCloseable {
  private final Vertx vertx = Lifetime.vertx();
  private final Http http = new Http();
  private final Path file;
  private final Gateway gateway;
  private final TelemetryAssembly watching;

  LiveGateway(Path file, String text, Map<String, String> env) throws IOException {
    this.file = file;
    Files.writeString(file, text);
    ConfigWatch.Opened watched = ConfigWatch.open(file, env);
    GatewayConfig config = watched.config();
    Journeys journeys = new Journeys();
    watching =
        new TelemetryAssembly(config, journeys, Ticker.system(), Duration.ofMinutes(1), System.out);
    gateway =
        Lifetime.started(
            Gateway.start(
                config,
                new Gateway.Surroundings(
                    journeys,
                    watching.listener(),
                    watching.tracing(),
                    watching.page(),
                    Ticker.system(),
                    new SplittableRandom(1)),
                vertx),
            "gateway");
    watching.watch(gateway.callers());
    new LiveConfig(watched.watch(), config, config.server(), gateway, watching, Optional.empty())
        .start(vertx);
  }

  /** Writes the file where it is. */
  void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  /** Puts another file in its place, as editors do. */
  void replace(String text) throws IOException {
    Path other = Files.writeString(file.resolveSibling("new.yaml"), text);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  int port() {
    return gateway.port();
  }

  BedrockRuntimeClient client() {
    return BedrockRuntimeClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + port()))
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  String metrics() {
    return new String(watching.page().page(null).body(), StandardCharsets.UTF_8);
  }

  String page(String path) throws IOException, InterruptedException {
    return http.text(Http.get(Http.local(port(), path))).body();
  }

  @Override
  public void close() {
    http.close();
    watching.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
