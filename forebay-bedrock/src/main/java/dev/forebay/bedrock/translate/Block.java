package dev.forebay.bedrock.translate;

import tools.jackson.databind.JsonNode;

/** A piece of an answer that every family with such pieces can say. */
sealed interface Block {
  record Text(String text) implements Block {}

  /** The model wants a tool to be used. */
  record ToolUse(String id, String name, JsonNode input) implements Block {}
}
