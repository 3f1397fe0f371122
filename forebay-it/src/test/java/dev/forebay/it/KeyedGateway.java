package dev.forebay.it;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.gateway.Gateway;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.SdkToken;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.auth.scheme.BedrockRuntimeAuthSchemeProvider;

/** A gateway that asks for keys, and the SDK's clients as holders of keys set them up. */
final class KeyedGateway implements AutoCloseable {
  static final String CHAT = "chat.model";
  static final String OTHER = "other.model";
  static final String WEB_ID = "FBWEB";
  static final String WEB_SECRET = "web-secret-0123456789";
  static final String ADMIN_SECRET = "admin-secret-0123456789";

  private static final String KEYS =
      """
          - { name: web, accessKeyId: FBWEB, secret: "${WEB}", routes: [chat.model], priority: standard, weight: 4 }
          - { name: admin, accessKeyId: FBADMIN, secret: "${ADMIN}", admin: true }
      """;

  /** What AWS_BEARER_TOKEN_BEDROCK makes a client prefer. */
  private static final BedrockRuntimeAuthSchemeProvider BEARER =
      BedrockRuntimeAuthSchemeProvider.defaultProvider(List.of("httpBearerAuth"));

  private final Gateway gateway;

  KeyedGateway(Stack stack) {
    this(stack, KEYS);
  }

  /**
   * With keys of its own.
   *
   * @param keys items of {@code auth.keys}, indented by four
   */
  KeyedGateway(Stack stack, String keys) {
    gateway = stack.start(config(stack.emulator().endpoint(), keys));
  }

  static GatewayConfig config(URI upstream, String keys) {
    Map<String, String> env = new HashMap<>();
    env.put("WEB", WEB_SECRET);
    env.put("ADMIN", ADMIN_SECRET);
    env.put("THIRD", "third-secret-0123456789");
    return ConfigFile.parse(
        """
        server: { port: 0 }
        targets:
          one: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: "%s", credentials: anonymous }
        routes:
          chat.model: { tiers: [[one]], deadline: 20s }
          other.model: { tiers: [[one]], deadline: 20s }
        auth:
          keys:
        %s
        """
            .formatted(upstream, keys),
        "keys.yaml",
        env);
  }

  int port() {
    return gateway.port();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + gateway.port());
  }

  BedrockRuntimeClient bearerClient(String token) {
    return BedrockRuntimeClient.builder()
        .endpointOverride(endpoint())
        .tokenProvider(StaticTokenProvider.create(token(token)))
        .authSchemeProvider(BEARER)
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  BedrockRuntimeClient signingClient(String accessKeyId, String secret, String region) {
    return BedrockRuntimeClient.builder()
        .endpointOverride(endpoint())
        .region(Region.of(region))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  BedrockRuntimeAsyncClient signingAsyncClient(String accessKeyId, String secret) {
    return BedrockRuntimeAsyncClient.builder()
        .endpointOverride(endpoint())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  BedrockRuntimeAsyncClient bearerAsyncClient(String token) {
    return BedrockRuntimeAsyncClient.builder()
        .endpointOverride(endpoint())
        .tokenProvider(StaticTokenProvider.create(token(token)))
        .authSchemeProvider(BEARER)
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private static SdkToken token(String text) {
    return new SdkToken() {
      @Override
      public String token() {
        return text;
      }

      @Override
      public Optional<Instant> expirationTime() {
        return Optional.empty();
      }
    };
  }

  @Override
  public void close() {
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }
}
