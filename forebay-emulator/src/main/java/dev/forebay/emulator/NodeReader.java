package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads a YAML or JSON document into nodes, refusing duplicate keys and broken syntax by place. */
final class NodeReader {
  private final JsonParser parser;

  private NodeReader(JsonParser parser) {
    this.parser = parser;
  }

  static Node yaml(String document) {
    return read(YAMLMapper.shared(), document);
  }

  static Node json(String document) {
    return read(JsonMapper.shared(), document);
  }

  private static Node read(ObjectMapper mapper, String document) {
    YamlPosition root = new YamlPosition("", 1, 1);
    try (JsonParser parser = mapper.createParser(document)) {
      if (parser.nextToken() == null) {
        throw root.refuse("the document is empty");
      }
      NodeReader reader = new NodeReader(parser);
      Node node = reader.value(root);
      if (parser.nextToken() != null) {
        throw reader.at(root).refuse("expected the end of the document");
      }
      return node;
    } catch (JacksonException e) {
      TokenStreamLocation location = e.getLocation();
      boolean known = location != null && location.getLineNr() > 0;
      int line = known ? location.getLineNr() : 1;
      int column = known ? location.getColumnNr() : 1;
      throw new YamlPosition("", line, column).refuse(firstLine(e.getOriginalMessage()));
    }
  }

  private Node value(YamlPosition place) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(place);
      case START_ARRAY -> sequence(place);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(place, Node.Kind.NUMBER);
      case VALUE_TRUE, VALUE_FALSE -> scalar(place, Node.Kind.FLAG);
      case VALUE_NULL -> new Node.Scalar(place, "", Node.Kind.NOTHING);
      case VALUE_STRING -> scalar(place, Node.Kind.TEXT);
      default -> throw at(place).refuse("unexpected " + parser.currentToken());
    };
  }

  private Node scalar(YamlPosition place, Node.Kind kind) {
    return new Node.Scalar(place, parser.getString(), kind);
  }

  private Node mapping(YamlPosition place) {
    Map<String, Node> entries = new LinkedHashMap<>();
    Map<String, YamlPosition> keys = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      TokenStreamLocation here = parser.currentTokenLocation();
      YamlPosition key = place.key(name, here.getLineNr(), here.getColumnNr());
      parser.nextToken();
      if (keys.put(name, key) != null) {
        throw key.refuse("this key stands here twice");
      }
      entries.put(name, value(at(key)));
    }
    return new Node.Mapping(place, entries, keys);
  }

  private Node sequence(YamlPosition place) {
    List<Node> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(at(place.item(items.size(), 0, 0))));
    }
    return new Node.Sequence(place, items);
  }

  private YamlPosition at(YamlPosition path) {
    TokenStreamLocation here = parser.currentTokenLocation();
    return new YamlPosition(path.path(), here.getLineNr(), here.getColumnNr());
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("broken syntax");
  }
}
