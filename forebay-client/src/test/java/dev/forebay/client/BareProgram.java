package dev.forebay.client;

import dev.forebay.config.ConfigFile;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** A program that has the library and nothing that is optional. */
public final class BareProgram {
  private BareProgram() {}

  /** Configures a cluster, and returns how it ends. */
  public static String shared() {
    String file =
        """
        cluster: { url: "redis://127.0.0.1:1" }
        targets: { one: { region: us-east-1, model: amazon.nova-lite-v1:0, credentials: anonymous } }
        routes: { any: { tiers: [[one]] } }
        """;
    try (Forebay forebay =
        Forebay.builder().config(ConfigFile.parse(file, "forebay.yaml", Map.of())).build()) {
      return "nothing: " + forebay.cluster();
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Makes a call of each kind, with a listener, and says who answered. */
  public static String answer(URI endpoint, String model) {
    Message hello =
        Message.builder()
            .role(ConversationRole.USER)
            .content(ContentBlock.fromText("Hello"))
            .build();
    try (Forebay forebay =
        Forebay.builder()
            .endpoint(endpoint)
            .credentials("anonymous")
            .listener((journey, event) -> {})
            .route(model)
            .primary("us.anthropic.claude-sonnet-4-6", Region.US_EAST_1)
            .fallback("us.anthropic.claude-haiku-4-5-20251001-v1:0", Region.US_WEST_2)
            .build()) {
      Answered blocking;
      try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
        blocking = Answered.of(client.converse(r -> r.modelId(model).messages(hello)));
      }
      Answered async;
      try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
        async = Answered.of(client.converse(r -> r.modelId(model).messages(hello)).join());
      }
      String work = forebay.call(model, target -> "done");
      return blocking.answer() + ", " + async.answer() + ", " + work;
    }
  }
}
