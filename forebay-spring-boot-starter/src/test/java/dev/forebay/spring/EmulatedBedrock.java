package dev.forebay.spring;

import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** An emulated Bedrock that answers at once, and properties of a route with a fallback there. */
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

  /** One route of two tiers, as properties. */
  String[] properties(String... more) {
    String endpoint = emulator().endpoint().toString();
    List<String> all =
        new ArrayList<>(
            List.of(
                "forebay.targets.sonnet-use1.region=us-east-1",
                "forebay.targets.sonnet-use1.model=" + PRIMARY,
                "forebay.targets.sonnet-use1.endpoint=" + endpoint,
                "forebay.targets.sonnet-use1.credentials=anonymous",
                "forebay.targets.haiku-usw2.region=us-west-2",
                "forebay.targets.haiku-usw2.model=" + FALLBACK,
                "forebay.targets.haiku-usw2.endpoint=" + endpoint,
                "forebay.targets.haiku-usw2.credentials=anonymous",
                "forebay.routes[" + MODEL + "].tiers[0][0]=sonnet-use1",
                "forebay.routes[" + MODEL + "].tiers[1][0]=haiku-usw2",
                "forebay.routes[" + MODEL + "].retry.base-delay=5ms",
                "forebay.routes[" + MODEL + "].retry.maxDelay=20ms"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** A throttled primary. */
  void throttle() {
    emulator().faults("[{\"model\":\"" + PRIMARY + "\",\"throttle\":{}}]");
  }

  static ConverseRequest hello() {
    return ConverseRequest.builder()
        .modelId(MODEL)
        .messages(
            Message.builder()
                .role(ConversationRole.USER)
                .content(ContentBlock.fromText("Hello"))
                .build())
        .build();
  }
}
