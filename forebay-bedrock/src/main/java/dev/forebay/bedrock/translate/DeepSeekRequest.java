package dev.forebay.bedrock.translate;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** DeepSeek R1's text completion: a prompt, in its template or plain. */
final class DeepSeekRequest {
  private DeepSeekRequest() {}

  static void read(ObjectNode body, ConverseDraft draft) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "prompt" -> DeepSeekPrompt.read(value.asString(""), draft);
        case "max_tokens" -> draft.number("maxTokens", value);
        case "temperature" -> draft.number("temperature", value);
        case "top_p" -> draft.number("topP", value);
        case "stop" -> draft.stopSequences(value);
        default -> draft.unknown("", field.getKey(), value);
      }
    }
  }
}
