package com.example;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** What both programs ask. */
final class Questions {
  private static final String MODEL = "us.anthropic.claude-sonnet-4-6";
  private static final int EACH = 10;

  private Questions() {}

  /**
   * Asks ten times for a whole answer and ten times for a stream, and says how many were answered.
   */
  static String ask(BedrockRuntimeAsyncClient bedrock) {
    Message question =
        Message.builder()
            .role(ConversationRole.USER)
            .content(ContentBlock.fromText("What is a forebay?"))
            .build();
    List<CompletableFuture<?>> whole = new ArrayList<>();
    List<CompletableFuture<?>> streams = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      whole.add(bedrock.converse(r -> r.modelId(MODEL).messages(question)));
      streams.add(
          bedrock.converseStream(
              r -> r.modelId(MODEL).messages(question),
              ConverseStreamResponseHandler.builder().subscriber(event -> {}).build()));
    }
    return "%2d of %d whole, %2d of %d streamed"
        .formatted(answered(whole), EACH, answered(streams), EACH);
  }

  private static long answered(List<CompletableFuture<?>> calls) {
    return calls.stream()
        .filter(call -> call.handle((answer, error) -> error == null).join())
        .count();
  }
}
