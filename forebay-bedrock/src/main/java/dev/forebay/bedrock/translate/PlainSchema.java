package dev.forebay.bedrock.translate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool's schema for models that take only {@code type}, {@code properties} and {@code required}
 * at its top: references are resolved, and what only describes the schema is left out.
 */
final class PlainSchema {
  private static final Set<String> PLAIN = Set.of("type", "properties", "required");

  /** They say nothing about which inputs are valid. */
  private static final Set<String> DECORATION =
      Set.of(
          "$schema",
          "$id",
          "$comment",
          "$anchor",
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly");

  /** References can multiply: more parts than this are no schema that a model could use. */
  private static final int MAX_PARTS = 20_000;

  private static final int MAX_DEPTH = 200;

  private final ObjectNode root;
  private final Deque<String> within = new ArrayDeque<>();
  private int parts;

  private PlainSchema(ObjectNode root) {
    this.root = root;
  }

  /** Whether the schema has nothing at its top but what every model takes. */
  static boolean isPlain(JsonNode schema) {
    return schema.propertyNames().stream().allMatch(PLAIN::contains);
  }

  /** The same schema in plain; empty if it would not mean the same. */
  static Optional<ObjectNode> of(JsonNode schema) {
    if (!(schema instanceof ObjectNode root)) {
      return Optional.empty();
    }
    try {
      return new PlainSchema(root).plain();
    } catch (UnresolvedException e) {
      return Optional.empty();
    }
  }

  private Optional<ObjectNode> plain() throws UnresolvedException {
    if (!(resolved(root, 0, true) instanceof ObjectNode all)) {
      return Optional.empty();
    }
    ObjectNode plain = Trees.object();
    for (var member : all.properties()) {
      String name = member.getKey();
      if (PLAIN.contains(name)) {
        plain.set(name, member.getValue());
      } else if (!isDecoration(name, member.getValue())) {
        return Optional.empty();
      }
    }
    return Optional.of(plain);
  }

  /** A model is asked for the properties that there are, whether or not it may add others. */
  private static boolean isDecoration(String name, JsonNode value) {
    return DECORATION.contains(name) || (name.equals("additionalProperties") && value.isBoolean());
  }

  private JsonNode resolved(JsonNode node, int depth, boolean top) throws UnresolvedException {
    if (++parts > MAX_PARTS || depth > MAX_DEPTH) {
      throw new UnresolvedException();
    }
    if (node instanceof ArrayNode list) {
      ArrayNode out = Trees.object().putArray("list");
      for (JsonNode element : list.values()) {
        out.add(resolved(element, depth + 1, false));
      }
      return out;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    ObjectNode out = Trees.object();
    String reference = Trees.text(object, "$ref");
    if (!reference.isEmpty()) {
      if (within.contains(reference)) {
        throw new UnresolvedException();
      }
      within.push(reference);
      if (!(resolved(at(reference), depth + 1, false) instanceof ObjectNode target)) {
        throw new UnresolvedException();
      }
      out.setAll(target);
      within.pop();
    }
    for (var member : object.properties()) {
      boolean definitions =
          top && (member.getKey().equals("$defs") || member.getKey().equals("definitions"));
      boolean isReference = member.getKey().equals("$ref") && member.getValue().isString();
      if (!definitions && !isReference) {
        out.set(member.getKey(), resolved(member.getValue(), depth + 1, false));
      }
    }
    return out;
  }

  /** What a reference within the schema names. */
  private JsonNode at(String reference) throws UnresolvedException {
    if (!reference.startsWith("#/")) {
      throw new UnresolvedException();
    }
    JsonNode found = root.at(reference.substring(1));
    if (found.isMissingNode()) {
      throw new UnresolvedException();
    }
    return found;
  }

  /** A reference to the schema itself, to something else, or to nothing. */
  private static final class UnresolvedException extends Exception {
    private static final long serialVersionUID = 1;
  }
}
