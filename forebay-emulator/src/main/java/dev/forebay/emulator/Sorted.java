package dev.forebay.emulator;

import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Converse, and the chat form of most providers, write the keys of objects in their order. */
final class Sorted {
  private Sorted() {}

  static ObjectNode of(ObjectNode node) {
    ObjectNode sorted = Json.object();
    TreeMap<String, JsonNode> keys = new TreeMap<>();
    node.properties().forEach(field -> keys.put(field.getKey(), field.getValue()));
    keys.forEach((key, value) -> sorted.set(key, value(value)));
    return sorted;
  }

  private static JsonNode value(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return of(object);
    }
    if (node instanceof ArrayNode array) {
      ArrayNode sorted = Json.array();
      array.values().forEach(each -> sorted.add(value(each)));
      return sorted;
    }
    return node;
  }
}
