package com.example;

import dev.forebay.client.Forebay;
import dev.langchain4j.model.bedrock.BedrockChatModel;
import dev.langchain4j.model.bedrock.BedrockStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Asks once for a whole answer and once for a stream. */
public class Assistant {
  private static final String MODEL = "us.anthropic.claude-sonnet-4-6";

  public static void main(String[] arguments) {
    Forebay forebay = Forebay.fromConfig(Path.of("forebay.yaml"));
    ChatModel model =
        BedrockChatModel.builder()
            .client(forebay.bedrockRuntime())
            .modelId(MODEL)
            .maxRetries(0) // LangChain4j's own, which would multiply Forebay's
            .build();
    System.out.println("whole: " + model.chat("What is a forebay?"));

    StreamingChatModel streaming =
        BedrockStreamingChatModel.builder()
            .client(forebay.bedrockRuntimeAsync())
            .modelId(MODEL)
            .build();
    CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    streaming.chat(
        "What is a penstock?",
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String part) {}

          @Override
          public void onCompleteResponse(ChatResponse whole) {
            answer.complete(whole);
          }

          @Override
          public void onError(Throwable error) {
            answer.completeExceptionally(error);
          }
        });
    System.out.println("streamed: " + answer.join().aiMessage().text());
    forebay.close();
  }
}
