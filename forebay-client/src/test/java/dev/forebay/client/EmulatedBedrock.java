package dev.forebay.client;

import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.emulator.RequestRecord;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** An emulated Bedrock that answers at once, and a library before it. */
final class EmulatedBedrock implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  static final String MODEL = "anthropic.claude-sonnet-4-6";
  static final String PRIMARY = "us.anthropic.claude-sonnet-4-6";
  static final String FALLBACK = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

  private static final String CONFIG =
      """
      port: 0
      anyModel: true
      otherModels: { maxTokens: 8192, latency: { timeToFirstToken: 0ms, tokensPerSecond: 1000000 }, outputTokens: 20 }
      """;

  static {
    // One stays open: the SDK's asynchronous clients share event loops, and closing the last client
    // waits two seconds for those.
    var unused = NettyNioAsyncHttpClient.create();
  }

  private @Nullable Emulator emulator;

  @Override
  public void beforeAll(ExtensionContext context) {
    emulator = Emulator.start(EmulatorConfig.parse(CONFIG));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    emulator().reset();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    emulator().close();
  }

  Emulator emulator() {
    return Objects.requireNonNull(emulator);
  }

  /** A primary, a fallback, and backoff of milliseconds. */
  RouteBuilder route() {
    return Forebay.builder()
        .endpoint(emulator().endpoint())
        .credentials("anonymous")
        .route(MODEL)
        .primary(PRIMARY, Region.US_EAST_1)
        .fallback(FALLBACK, Region.US_WEST_2)
        .deadline(Duration.ofSeconds(8))
        .retryDelay(Duration.ofMillis(5), Duration.ofMillis(20));
  }

  void faults(String json) {
    emulator().faults(json);
  }

  /** The requests that arrived for a model, oldest first. */
  List<RequestRecord> arrived(String model) {
    return emulator().stats().recent().stream().filter(r -> r.model().equals(model)).toList();
  }

  static ConverseRequest hello(String model) {
    return ConverseRequest.builder().modelId(model).messages(says("Hello")).build();
  }

  static Message says(String text) {
    return Message.builder()
        .role(ConversationRole.USER)
        .content(ContentBlock.fromText(text))
        .build();
  }
}
