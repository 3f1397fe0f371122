package dev.forebay.bedrock.translate;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Nova's messages, which have the shapes of Converse but for some settings. */
final class NovaRequest {
  private NovaRequest() {}

  static void read(ObjectNode body, Draft draft) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "messages" -> Trees.elements(value).forEach(message -> message(message, draft));
        case "system", "toolConfig" -> draft.converse().set(field.getKey(), value);
        case "inferenceConfig" ->
            value
                .properties()
                .forEach(setting -> setting(setting.getKey(), setting.getValue(), draft));
        default -> draft.unknown("", field.getKey(), value);
      }
    }
  }

  private static void setting(String name, JsonNode value, Draft draft) {
    switch (name) {
      case "maxTokens", "max_new_tokens" -> draft.number("maxTokens", value);
      case "temperature" -> draft.number("temperature", value);
      case "topP", "top_p" -> draft.number("topP", value);
      case "topK", "top_k" -> draft.topK(value);
      case "stopSequences" -> draft.stopSequences(value);
      default -> draft.unknown("inferenceConfig.", name, value);
    }
  }

  private static void message(JsonNode value, Draft draft) {
    String role = Trees.text(value, "role");
    if (!(value instanceof ObjectNode message)
        || !(role.equals("user") || role.equals("assistant"))) {
      draft.obstacle("a message of an unknown role");
      return;
    }
    draft.only(message, "a message's ", Set.of("role", "content"));
    Trees.elements(message.path("content")).forEach(draft.message(role)::add);
  }
}
