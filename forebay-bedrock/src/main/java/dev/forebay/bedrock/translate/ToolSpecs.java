package dev.forebay.bedrock.translate;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tools on offer, and which of them the model has to use. */
final class ToolSpecs {
  /** What Converse takes as the name of a tool. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  /** What Converse takes as the id of a tool's use. */
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_.:-]{1,64}");

  private ToolSpecs() {}

  static void add(ConverseDraft draft, String name, String description, JsonNode schema) {
    if (!NAME.matcher(name).matches() || !schema.isObject()) {
      draft.obstacle("a tool without a plain name and a schema");
      return;
    }
    ObjectNode spec = draft.tools().addObject().putObject("toolSpec").put("name", name);
    if (!description.isEmpty()) {
      spec.put("description", description);
    }
    spec.putObject("inputSchema").set("json", schema);
  }

  /** Whether the last tool's input has to be as its schema says. */
  static void strict(ConverseDraft draft, JsonNode value) {
    ArrayNode tools = draft.tools();
    if (value.asBoolean(false)
        && !tools.isEmpty()
        && tools.get(tools.size() - 1).path("toolSpec") instanceof ObjectNode spec) {
      spec.put("strict", true);
    }
  }

  /** Takes the choice by its usual names; {@code auto} is what happens without any. */
  static void choose(ConverseDraft draft, String choice, String name) {
    switch (choice) {
      case "", "auto" -> {}
      case "any", "required" -> draft.toolChoice().putObject("any");
      case "tool", "function" -> draft.toolChoice().putObject("tool").put("name", name);
      default -> draft.obstacle("a tool choice other than auto, any or a tool");
    }
  }

  /** The block of a tool's use. */
  static ObjectNode use(ConverseDraft draft, String id, String name, JsonNode input) {
    if (!ID.matcher(id).matches() || !NAME.matcher(name).matches() || !input.isObject()) {
      draft.obstacle("the use of a tool without a plain name, an id and an input");
    }
    ObjectNode block = Trees.object();
    block.putObject("toolUse").put("toolUseId", id).put("name", name).set("input", input);
    return block;
  }

  /** The block of a tool's result, whose content is still empty. */
  static ObjectNode result(ConverseDraft draft, String id) {
    if (!ID.matcher(id).matches()) {
      draft.obstacle("the result of a tool without an id");
    }
    ObjectNode block = Trees.object();
    block.putObject("toolResult").put("toolUseId", id).putArray("content");
    return block;
  }
}
