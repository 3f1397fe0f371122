package dev.forebay.it;

import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** Requests as applications make them. */
public final class Calls {
  public static final String CLAUDE_BODY =
      """
      {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100,
       "messages": [{"role": "user", "content": "Hello"}]}""";

  private Calls() {}

  public static Message userSays(String text) {
    return Message.builder()
        .role(ConversationRole.USER)
        .content(ContentBlock.fromText(text))
        .build();
  }

  public static ConverseRequest converse(String model) {
    return ConverseRequest.builder()
        .modelId(model)
        .messages(userSays("Hello"))
        .inferenceConfig(c -> c.maxTokens(100))
        .build();
  }

  public static ConverseStreamRequest converseStream(String model) {
    return ConverseStreamRequest.builder()
        .modelId(model)
        .messages(userSays("Hello"))
        .inferenceConfig(c -> c.maxTokens(100))
        .build();
  }

  public static String header(SdkResponse response, String name) {
    return response.sdkHttpResponse().firstMatchingHeader(name).orElse("");
  }
}
