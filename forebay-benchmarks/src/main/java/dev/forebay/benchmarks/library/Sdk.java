package dev.forebay.benchmarks.library;

import dev.forebay.client.Forebay;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/**
 * The same clients of the SDK twice, bare and with Forebay under them. Both sign by SigV4 with the
 * same keys, over the same HTTP client of the SDK.
 */
final class Sdk implements AutoCloseable {
  private static final String MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String KEY = "AKIDEXAMPLE";
  private static final String SECRET = "a-secret-key-for-a-local-upstream";

  static final ConverseRequest REQUEST =
      ConverseRequest.builder()
          .modelId(MODEL)
          .messages(question())
          .inferenceConfig(i -> i.maxTokens(300))
          .build();
  static final ConverseStreamRequest STREAM_REQUEST =
      ConverseStreamRequest.builder()
          .modelId(MODEL)
          .messages(question())
          .inferenceConfig(i -> i.maxTokens(300))
          .build();

  private final @Nullable Forebay forebay;
  private final BedrockRuntimeClient blocking;
  private final BedrockRuntimeAsyncClient async;

  private Sdk(
      @Nullable Forebay forebay, BedrockRuntimeClient blocking, BedrockRuntimeAsyncClient async) {
    this.forebay = forebay;
    this.blocking = blocking;
    this.async = async;
  }

  /**
   * As a program has them without Forebay, but for the protocol of the asynchronous one, which
   * would be HTTP/2: Forebay's requests are HTTP/1.1.
   */
  static Sdk bare(URI endpoint) {
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET));
    return new Sdk(
        null,
        BedrockRuntimeClient.builder()
            .httpClientBuilder(Apache5HttpClient.builder())
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials)
            .build(),
        BedrockRuntimeAsyncClient.builder()
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials)
            .build());
  }

  /** The same with Forebay under it, without a configuration of routes. */
  static Sdk withForebay(URI endpoint) {
    System.setProperty(SdkSystemSetting.AWS_ACCESS_KEY_ID.property(), KEY);
    System.setProperty(SdkSystemSetting.AWS_SECRET_ACCESS_KEY.property(), SECRET);
    Forebay forebay = Forebay.builder().endpoint(endpoint).region(Region.US_EAST_1).build();
    return new Sdk(forebay, forebay.bedrockRuntime(), forebay.bedrockRuntimeAsync());
  }

  BedrockRuntimeClient blocking() {
    return blocking;
  }

  BedrockRuntimeAsyncClient async() {
    return async;
  }

  /** About a kilobyte. */
  private static Message question() {
    return Message.builder()
        .role(ConversationRole.USER)
        .content(ContentBlock.fromText("What is the basin ahead of a turbine called? ".repeat(20)))
        .build();
  }

  @Override
  public void close() {
    blocking.close();
    async.close();
    if (forebay != null) {
      forebay.close();
    }
  }
}
