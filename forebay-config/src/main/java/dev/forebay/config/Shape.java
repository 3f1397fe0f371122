package dev.forebay.config;

import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What a value may look like: how it is read, and how a JSON Schema says so. */
sealed interface Shape<T> permits ScalarShape, SectionShape, NamedShape, ListShape, WordOrShape {
  /**
   * Reads a value, or reports why it cannot.
   *
   * @param at the place of its key
   * @return empty if there is nothing to go on with
   */
  Optional<T> read(Node node, String path, SourcePosition at, Diagnostics reading);

  /** The JSON Schema of such a value, without its description. */
  Map<String, Object> schema();

  /** How a message names what was found in the place of something else. */
  static String found(Node node) {
    return switch (node) {
      case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "has no value";
      case ScalarNode scalar -> "is a single value";
      case SequenceNode list -> "is a list";
      default -> "is a section with keys";
    };
  }
}
