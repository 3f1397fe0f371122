package dev.forebay.bedrock.translate;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Nova's messages, which have the shapes of Converse but for some settings. */
final class NovaRequest {
  private static final String CACHE_POINT = "cachePoint";

  private NovaRequest() {}

  static void read(ObjectNode body, ConverseDraft draft) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "messages" -> Trees.elements(value).forEach(message -> message(message, draft));
        case "system" -> blocks(value, draft.system());
        case "toolConfig" -> toolConfig(value, draft);
        case "inferenceConfig" ->
            value
                .properties()
                .forEach(setting -> setting(setting.getKey(), setting.getValue(), draft));
        default -> draft.unknown("", field.getKey(), value);
      }
    }
  }

  private static void setting(String name, JsonNode value, ConverseDraft draft) {
    switch (name) {
      case "maxTokens", "max_new_tokens" -> draft.number("maxTokens", value);
      case "temperature" -> draft.number("temperature", value);
      case "topP", "top_p" -> draft.number("topP", value);
      case "topK", "top_k" -> draft.topK(value);
      case "stopSequences", "stop_sequences" -> draft.stopSequences(value);
      default -> draft.unknown("inferenceConfig.", name, value);
    }
  }

  private static void message(JsonNode value, ConverseDraft draft) {
    String role = Trees.text(value, "role");
    if (!(value instanceof ObjectNode message)
        || !(role.equals("user") || role.equals("assistant"))) {
      draft.obstacle("a message of an unknown role");
      return;
    }
    draft.only(message, "a message's ", Set.of("role", "content"));
    blocks(message.path("content"), draft.message(role));
  }

  private static void toolConfig(JsonNode value, ConverseDraft draft) {
    draft.converse().set("toolConfig", value);
    if (value instanceof ObjectNode config && config.path("tools") instanceof ArrayNode tools) {
      blocks(tools, config.putArray("tools"));
    }
  }

  /**
   * Nova takes a block and the cache mark behind it in one object. Converse wants an object for
   * each.
   */
  private static void blocks(JsonNode blocks, ArrayNode into) {
    for (JsonNode block : Trees.elements(blocks)) {
      if (block instanceof ObjectNode marked && marked.size() > 1 && marked.has(CACHE_POINT)) {
        JsonNode mark = marked.remove(CACHE_POINT);
        into.add(marked);
        into.addObject().set(CACHE_POINT, mark);
      } else {
        into.add(block);
      }
    }
  }
}
