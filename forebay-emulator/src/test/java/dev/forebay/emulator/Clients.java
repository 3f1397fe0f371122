package dev.forebay.emulator;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** The official clients as their users have them, but without retries. */
final class Clients {
  static final String ACCESS_KEY_ID = "AKIDEXAMPLE";

  private Clients() {}

  /** HTTP/1.1. */
  static BedrockRuntimeClient sync(URI endpoint) {
    return BedrockRuntimeClient.builder()
        .endpointOverride(endpoint)
        .region(Region.EU_WEST_1)
        .credentialsProvider(credentials())
        .httpClientBuilder(Apache5HttpClient.builder())
        .overrideConfiguration(once())
        .build();
  }

  /** HTTP/2 with prior knowledge, the asynchronous client's default. */
  static BedrockRuntimeAsyncClient async(URI endpoint) {
    return BedrockRuntimeAsyncClient.builder()
        .endpointOverride(endpoint)
        .region(Region.EU_WEST_1)
        .credentialsProvider(credentials())
        .httpClientBuilder(NettyNioAsyncHttpClient.builder())
        .overrideConfiguration(once())
        .build();
  }

  private static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY_ID, "secret"));
  }

  private static ClientOverrideConfiguration once() {
    return ClientOverrideConfiguration.builder()
        .retryStrategy(retry -> retry.maxAttempts(1))
        .apiCallTimeout(Duration.ofSeconds(30))
        .build();
  }
}
