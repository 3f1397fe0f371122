package dev.forebay.bedrock.translate;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Mistral's text completion: a prompt, in its template or plain. */
final class MistralPromptRequest {
  private MistralPromptRequest() {}

  static void read(ObjectNode body, ConverseDraft draft) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "prompt" -> prompt(value.asString(""), draft);
        case "max_tokens" -> draft.number("maxTokens", value);
        case "temperature" -> draft.number("temperature", value);
        case "top_p" -> draft.number("topP", value);
        case "top_k" -> draft.topK(value);
        case "stop" -> draft.stopSequences(value);
        default -> draft.unknown("", field.getKey(), value);
      }
    }
  }

  private static void prompt(String prompt, ConverseDraft draft) {
    if (InstPrompt.isOne(prompt)) {
      InstPrompt.read(prompt, draft);
    } else {
      new Turns(draft).user(prompt);
    }
  }
}
