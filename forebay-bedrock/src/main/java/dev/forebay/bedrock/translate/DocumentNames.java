package dev.forebay.bedrock.translate;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the names of a Converse request's documents unique. Bedrock compares them without regard to
 * case, in the whole conversation, tool results included.
 */
final class DocumentNames {
  /** What Converse takes as a name, in characters. */
  static final int MAX_LENGTH = 200;

  private final Set<String> taken = new HashSet<>();

  private DocumentNames() {}

  static void makeUnique(ObjectNode request) {
    DocumentNames names = new DocumentNames();
    for (JsonNode message : Trees.elements(request.path("messages"))) {
      Trees.elements(message.path("content")).forEach(names::block);
    }
  }

  private void block(JsonNode block) {
    if (block.path("document") instanceof ObjectNode document) {
      document.put("name", unique(Trees.text(document, "name")));
    }
    Trees.elements(block.path("toolResult").path("content")).forEach(this::block);
  }

  private String unique(String name) {
    String unique = name;
    for (int i = 2; !taken.add(unique.toLowerCase(Locale.ROOT)); i++) {
      String number = " " + i;
      unique = name.substring(0, Math.min(name.length(), MAX_LENGTH - number.length())) + number;
    }
    return unique;
  }
}
