package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON as trees. Numbers keep their digits. */
final class Trees {
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,39}");

  /** A string is as long as the body at most, and callers bound the body. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Trees() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads a document.
   *
   * @throws JacksonException if it is none, or has a number beyond all bounds
   */
  static JsonNode read(byte[] json) {
    return read(() -> MAPPER.readTree(json));
  }

  /** Reads a document out of a string. */
  static JsonNode read(String json) {
    return read(() -> MAPPER.readTree(json));
  }

  private static JsonNode read(Supplier<JsonNode> reading) {
    try {
      return reading.get();
    } catch (NumberFormatException e) {
      throw new StreamConstraintsException("an exponent is beyond all bounds");
    }
  }

  static byte[] write(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  static String writeString(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /** A field's name for logs and errors, unless it could be content. */
  static String shown(String name) {
    return PLAIN_NAME.matcher(name).matches() ? name : "of another name";
  }

  /** Adds an object with one string in it to the list. */
  static void addText(ArrayNode list, String text) {
    list.addObject().put("text", text);
  }

  /** Whether a field says nothing: it is not there, null, or empty. */
  static boolean isBlank(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isContainer() && value.isEmpty())
        || (value.isString() && value.stringValue().isEmpty());
  }

  /** The string at that field, empty if there is none. */
  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? value.stringValue() : "";
  }

  /** The elements of an array, none of anything else. */
  static List<JsonNode> elements(JsonNode node) {
    return node.isArray() ? List.copyOf(node.values()) : List.of();
  }
}
