package dev.forebay.cli;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** Another gateway on the same emulator, with one route only. */
final class StackWithoutAnyModel implements AutoCloseable {
  private static final String CONFIG =
      """
      server: { port: 0 }
      targets:
        one: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: "${EMULATOR}", credentials: anonymous }
      routes:
        only.this-model:
          tiers: [[one]]
      """;

  private final Gateway gateway;
  private final BedrockRuntimeClient client;

  StackWithoutAnyModel(Stack stack) {
    gateway =
        stack.start(
            ConfigFile.parse(
                CONFIG, "one.yaml", Map.of("EMULATOR", stack.emulator().endpoint().toString())));
    client =
        BedrockRuntimeClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + gateway.port()))
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
  }

  Gateway gateway() {
    return gateway;
  }

  BedrockRuntimeClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }
}
