package dev.forebay.bedrock.translate;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Names a conversation by the first unique value that a model made in it: the signature of its
 * thinking, or the id of its use of a tool. All later turns hold it as well.
 */
final class Turn {
  private Turn() {}

  /** The name, empty where the conversation has neither. */
  static String first(ObjectNode request) {
    for (JsonNode message : Trees.elements(request.path("messages"))) {
      for (JsonNode block : Trees.elements(message.path("content"))) {
        String mark = mark(block);
        if (!mark.isEmpty()) {
          return MissingFeatures.CONVERSATION
              + UUID.nameUUIDFromBytes(mark.getBytes(StandardCharsets.UTF_8))
              + ' ';
        }
      }
    }
    return "";
  }

  private static String mark(JsonNode block) {
    JsonNode reasoning = block.path("reasoningContent");
    return Trees.text(block, "signature")
        + Trees.text(block, "data")
        + Trees.text(reasoning.path("reasoningText"), "signature")
        + Trees.text(reasoning, "redactedContent")
        + (Trees.text(block, "type").equals("tool_use") ? Trees.text(block, "id") : "")
        + Trees.text(block.path("toolUse"), "toolUseId");
  }
}
