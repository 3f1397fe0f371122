package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gathers the events of a ConverseStream answer into one of Converse. Not thread-safe. */
final class ConverseCollector {
  private static final Set<String> DELTAS = Set.of("text", "toolUse", "reasoningContent");

  /** A block as its pieces come. */
  private static final class Block {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private String kind = "";
    private @Nullable ObjectNode tool;
  }

  private final ObjectNode answer = Trees.object();
  private final Map<Integer, Block> blocks = new TreeMap<>();
  private String role = "";
  private boolean stopped;
  private boolean known = true;

  /** Takes the next event. */
  void read(@Nullable String type, JsonNode event) {
    switch (type == null ? "" : type) {
      case "messageStart" -> role = Trees.text(event, "role");
      case "contentBlockStart" -> start(block(event), event.path("start"));
      case "contentBlockDelta" -> delta(block(event), event.path("delta"));
      case "contentBlockStop" -> {}
      case "messageStop" -> {
        stopped = true;
        ConverseForms.copy(event, answer, List.of("stopReason", "additionalModelResponseFields"));
      }
      case "metadata" -> ConverseForms.copy(event, answer, ConverseForms.METADATA);
      default -> known = false;
    }
  }

  /** The answer; empty if it did not end, or said what Converse is not known to. */
  Optional<ObjectNode> answer() {
    if (!stopped || !known) {
      return Optional.empty();
    }
    ObjectNode message = answer.putObject("output").putObject("message");
    ArrayNode content = message.put("role", role).putArray("content");
    for (Block block : blocks.values()) {
      write(block, content);
    }
    return Optional.of(answer);
  }

  private Block block(JsonNode event) {
    return blocks.computeIfAbsent(event.path("contentBlockIndex").asInt(0), first -> new Block());
  }

  private void start(Block block, JsonNode start) {
    if (start.path("toolUse") instanceof ObjectNode tool
        && ConverseForms.hasOnly(tool, Set.copyOf(ConverseForms.TOOL_START))) {
      block.kind = "toolUse";
      block.tool = tool;
    } else if (!start.isEmpty()) {
      known = false;
    }
  }

  private void delta(Block block, JsonNode delta) {
    String kind = delta.propertyNames().stream().filter(DELTAS::contains).findFirst().orElse("");
    known &=
        ConverseForms.hasOnly(delta, DELTAS) && (block.kind.isEmpty() || block.kind.equals(kind));
    block.kind = kind;
    switch (kind) {
      case "text" -> block.text.append(Trees.text(delta, "text"));
      case "toolUse" -> block.text.append(Trees.text(delta.path("toolUse"), "input"));
      case "reasoningContent" -> {
        JsonNode reasoning = delta.path("reasoningContent");
        known &= ConverseForms.hasOnly(reasoning, Set.of("text", "signature"));
        block.text.append(Trees.text(reasoning, "text"));
        block.signature.append(Trees.text(reasoning, "signature"));
      }
      default -> known = false;
    }
  }

  private static void write(Block block, ArrayNode content) {
    switch (block.kind) {
      case "toolUse" -> {
        ObjectNode use = content.addObject().putObject("toolUse");
        if (block.tool != null) {
          ConverseForms.copy(block.tool, use, ConverseForms.TOOL_START);
        }
        use.set("input", block.text.isEmpty() ? Trees.object() : Trees.read(block.text.toString()));
      }
      case "reasoningContent" -> {
        ObjectNode text =
            content
                .addObject()
                .putObject("reasoningContent")
                .putObject("reasoningText")
                .put("text", block.text.toString());
        if (!block.signature.isEmpty()) {
          text.put("signature", block.signature.toString());
        }
      }
      default -> {
        if (!block.text.toString().isBlank()) {
          Trees.addText(content, block.text.toString());
        }
      }
    }
  }
}
