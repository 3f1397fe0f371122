package dev.forebay.it;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** Another gateway, with one route and one target. */
public final class OneRoute implements AutoCloseable {
  public static final String MODEL = "only.this-model";

  private final Gateway gateway;
  private final BedrockRuntimeClient client;

  /** The stack's emulator behind it. */
  public OneRoute(Stack stack) {
    this(stack, stack.emulator().endpoint(), "credentials: anonymous");
  }

  /**
   * Any upstream behind it.
   *
   * @param target more keys of the target
   */
  public OneRoute(Stack stack, URI upstream, String target) {
    this(stack, upstream, target, "deadline: 30s");
  }

  /**
   * Any upstream behind it.
   *
   * @param target more keys of the target
   * @param more more keys of the route
   */
  public OneRoute(Stack stack, URI upstream, String target, String more) {
    gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  one: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: "%s", %s }
                routes:
                  %s: { tiers: [[one]], %s, retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none } }
                """
                    .formatted(upstream, target, MODEL, more),
                "one.yaml",
                Map.of()));
    client =
        BedrockRuntimeClient.builder()
            .endpointOverride(endpoint())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
  }

  public Gateway gateway() {
    return gateway;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + gateway.port());
  }

  public BedrockRuntimeClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }
}
