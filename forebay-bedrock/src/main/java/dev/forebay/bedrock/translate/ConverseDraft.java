package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Converse request in the making, and what of the original has no place in one. The reader of the
 * original accounts for each of its fields: carried over, harmless to leave out, or an obstacle.
 */
final class ConverseDraft {
  private final ObjectNode converse = Trees.object();
  private final Set<Feature> features = EnumSet.noneOf(Feature.class);
  private final Set<String> obstacles = new LinkedHashSet<>();
  private final Map<String, Adaptation> leftOut = new LinkedHashMap<>();
  private OptionalInt topK = OptionalInt.empty();

  /** The request so far. */
  ObjectNode converse() {
    return converse;
  }

  /** What a model of the original's own family must be capable of, where Converse cannot say it. */
  Set<Feature> features() {
    return features;
  }

  /** What cannot be carried over, in words that could follow "has no place for". */
  Set<String> obstacles() {
    return obstacles;
  }

  /** The {@code top_k}, for which each family has a place of its own. */
  OptionalInt topK() {
    return topK;
  }

  /**
   * What is left out where the call may be adapted, and is an obstacle where it may not, in words
   * that could follow "has no place for".
   */
  Map<String, Adaptation> leftOut() {
    return leftOut;
  }

  /** A field that Converse has no place for, and that does not change what the answer means. */
  void leaveOut(String name, JsonNode value, Adaptation as) {
    if (!value.isNull()) {
      leftOut.put("the field " + name, as);
    }
  }

  void needs(Feature feature) {
    features.add(feature);
  }

  void obstacle(String what) {
    obstacles.add(what);
  }

  /** A field that is not known: what it would have done is lost without it. */
  void unknown(String place, String name, JsonNode value) {
    if (!value.isNull() && !isHarmless(name)) {
      obstacle("the field " + place + Trees.shown(name));
    }
  }

  /** A field that does not matter unless it is true. */
  void switchedOff(String name, JsonNode value) {
    if (!value.isBoolean() || value.asBoolean()) {
      unknown("", name, value);
    }
  }

  /** Notes all fields but these as unknown. */
  void only(ObjectNode node, String place, Set<String> known) {
    node.properties()
        .forEach(
            field -> {
              if (!known.contains(field.getKey())) {
                unknown(place, field.getKey(), field.getValue());
              }
            });
  }

  /** The fields that are left out, as the answer does not depend on them. */
  private static boolean isHarmless(String field) {
    return switch (field) {
      // The version of the body's own form, which goes with the form.
      case "anthropic_version", "schemaVersion" -> true;
      // Who the end user is, for reports of abuse to the maker of the model.
      case "metadata" -> true;
      default -> false;
    };
  }

  void system(String text) {
    if (!text.isEmpty()) {
      Trees.addText(system(), text);
    }
  }

  ArrayNode system() {
    return converse.withArrayProperty("system");
  }

  /**
   * The content of a message to add to: that of the last one if it has this role already, since
   * Converse wants the roles to alternate.
   */
  ArrayNode message(String role) {
    ArrayNode messages = converse.withArrayProperty("messages");
    if (!messages.isEmpty()
        && messages.get(messages.size() - 1) instanceof ObjectNode last
        && Trees.text(last, "role").equals(role)) {
      return last.withArrayProperty("content");
    }
    return messages.addObject().put("role", role).putArray("content");
  }

  ArrayNode tools() {
    return converse.withObjectProperty("toolConfig").withArrayProperty("tools");
  }

  ObjectNode toolChoice() {
    return converse.withObjectProperty("toolConfig").putObject("toolChoice");
  }

  void number(String name, JsonNode value) {
    if (value.isNumber()) {
      inference().set(name, value);
    } else if (!value.isNull()) {
      obstacle("a malformed " + name);
    }
  }

  void stopSequences(JsonNode value) {
    boolean strings = value.isArray() && value.values().stream().allMatch(JsonNode::isString);
    if (strings && !value.isEmpty()) {
      inference().set("stopSequences", value);
    } else if (!strings && !value.isNull()) {
      obstacle("malformed stop sequences");
    }
  }

  void topK(JsonNode value) {
    if (value.isNumber() && isWhole(value.decimalValue())) {
      topK = OptionalInt.of(value.decimalValue().intValue());
    } else if (!value.isNull()) {
      obstacle("a malformed top_k");
    }
  }

  /** Says what the original's model would take for granted. */
  void maxTokensUnlessSet(int tokens) {
    if (!inference().has("maxTokens")) {
      inference().put("maxTokens", tokens);
    }
  }

  /** Mends or notes what Converse would not take, although each part of it has its place. */
  void check() {
    BlankTexts.remove(converse);
    DocumentNames.makeUnique(converse);
    List<JsonNode> messages = Trees.elements(converse.path("messages"));
    if (messages.isEmpty() || !Trees.text(messages.getFirst(), "role").equals("user")) {
      obstacle("a conversation that the user does not begin");
    }
    boolean usesTools = false;
    for (JsonNode message : messages) {
      List<JsonNode> blocks = Trees.elements(message.path("content"));
      usesTools |= blocks.stream().anyMatch(b -> b.has("toolUse") || b.has("toolResult"));
      if (blocks.stream().anyMatch(b -> b.has("document"))
          && blocks.stream().noneMatch(b -> b.has("text"))) {
        obstacle("a document without a text beside it");
      }
    }
    if (usesTools && converse.path("toolConfig").path("tools").isEmpty()) {
      obstacle("the use of tools that are not on offer");
    }
  }

  private ObjectNode inference() {
    return converse.withObjectProperty("inferenceConfig");
  }

  private static boolean isWhole(BigDecimal number) {
    return number.signum() >= 0
        && number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0
        && number.stripTrailingZeros().scale() <= 0;
  }
}
