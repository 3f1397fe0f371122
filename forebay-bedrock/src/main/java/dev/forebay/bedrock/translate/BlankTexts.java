package dev.forebay.bedrock.translate;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Removes blank texts from a Converse request, which refuses them, where the other forms take an
 * empty text for none. A message without any content goes as well, and its neighbors of one role
 * become one message.
 */
final class BlankTexts {
  /** A tool that gave nothing back still has to have its result. */
  private static final String NO_RESULT = "(no output)";

  private BlankTexts() {}

  static void remove(ObjectNode request) {
    if (request.path("system") instanceof ArrayNode system) {
      filter(system);
      if (system.isEmpty()) {
        request.remove("system");
      }
    }
    if (request.path("messages") instanceof ArrayNode messages) {
      request.set("messages", withoutBlanks(messages));
    }
  }

  private static ArrayNode withoutBlanks(ArrayNode messages) {
    ArrayNode kept = Trees.object().putArray("messages");
    for (JsonNode message : messages.values()) {
      if (!(message.path("content") instanceof ArrayNode content)) {
        kept.add(message);
        continue;
      }
      content.values().forEach(BlankTexts::fillResult);
      filter(content);
      if (content.isEmpty()) {
        continue;
      }
      JsonNode last = kept.isEmpty() ? Trees.object() : kept.get(kept.size() - 1);
      if (last.path("content") instanceof ArrayNode before
          && Trees.text(last, "role").equals(Trees.text(message, "role"))) {
        before.addAll(content);
      } else {
        kept.add(message);
      }
    }
    return kept;
  }

  private static void fillResult(JsonNode block) {
    if (block.path("toolResult").path("content") instanceof ArrayNode content) {
      filter(content);
      if (content.isEmpty()) {
        Trees.addText(content, NO_RESULT);
      }
    }
  }

  /** A cache mark with nothing before it to be cached goes with the text that it stood behind. */
  private static void filter(ArrayNode blocks) {
    ArrayNode kept = Trees.object().putArray("kept");
    for (JsonNode block : blocks.values()) {
      boolean blankText =
          block.path("text").isString() && Trees.text(block, "text").isBlank() && block.size() == 1;
      boolean idleMark = block.has("cachePoint") && (kept.isEmpty() || isMark(kept));
      if (!blankText && !idleMark) {
        kept.add(block);
      }
    }
    if (kept.size() < blocks.size()) {
      blocks.removeAll();
      blocks.addAll(kept);
    }
  }

  private static boolean isMark(ArrayNode blocks) {
    return blocks.get(blocks.size() - 1).has("cachePoint");
  }
}
