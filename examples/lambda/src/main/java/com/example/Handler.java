package com.example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.forebay.client.Answered;
import dev.forebay.client.Forebay;
import java.nio.file.Path;
import java.util.Map;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/** A function that answers a question. */
public class Handler implements RequestHandler<Map<String, String>, String> {
  /** Made once, before the first invocation; what it learns serves all later ones. */
  private static final Forebay FOREBAY =
      Forebay.fromConfig(Path.of(System.getenv("LAMBDA_TASK_ROOT"), "forebay.yaml"));

  private static final BedrockRuntimeClient BEDROCK = FOREBAY.bedrockRuntime();

  @Override
  public String handleRequest(Map<String, String> event, Context context) {
    ConverseResponse answer =
        BEDROCK.converse(
            request ->
                request
                    .modelId("us.anthropic.claude-sonnet-4-6")
                    .messages(
                        message ->
                            message
                                .role(ConversationRole.USER)
                                .content(ContentBlock.fromText(event.get("question"))))
                    // The call ends before Lambda ends the function.
                    .overrideConfiguration(Forebay.lambda(context::getRemainingTimeInMillis)));
    return "%s: %s"
        .formatted(
            Answered.of(answer).target().orElse("?"),
            answer.output().message().content().getFirst().text());
  }
}
