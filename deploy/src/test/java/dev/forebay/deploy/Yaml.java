package dev.forebay.deploy;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads YAML, with keys that stand twice refused. */
final class Yaml {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(tools.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Yaml() {}

  static JsonNode read(Path file) {
    return MAPPER.readTree(file);
  }

  static JsonNode parse(String text) {
    return MAPPER.readTree(text);
  }

  /** The documents of a text, without those that are empty. */
  static List<JsonNode> documents(String text) {
    return MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(text).readAll().stream()
        .filter(document -> !document.isNull() && !document.isMissingNode())
        .toList();
  }
}
