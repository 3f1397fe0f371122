package dev.forebay.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/**
 * Sections under names that the user chooses.
 *
 * @param example such a name
 * @param mayBeEmpty whether none at all is as good as leaving the key out
 */
record NamedShape(SectionShape entry, String example, boolean mayBeEmpty)
    implements Shape<Map<String, Located<Section>>> {
  /** Model ids and ARNs fit; at most 2048 characters, as long as Bedrock's own ids may be. */
  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,2048}");

  /** At least one. */
  NamedShape(SectionShape entry, String example) {
    this(entry, example, false);
  }

  @Override
  public Optional<Map<String, Located<Section>>> read(
      Node node, String path, SourcePosition at, Diagnostics reading) {
    if (reading.isUnknown(node)) {
      return Optional.empty();
    }
    if (!(node instanceof MappingNode mapping)) {
      reading.problem(
          reading.place(node), path, Shape.found(node), "give each one a name, such as " + example);
      return Optional.empty();
    }
    if (mapping.getValue().isEmpty() && !mayBeEmpty) {
      reading.problem(at, path, "is empty", "add at least one, such as " + example);
    }
    Map<String, Located<Section>> entries = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      SectionShape.name(tuple, path, seen, reading)
          .ifPresent(name -> entries.put(name, read(name, tuple, path, reading)));
    }
    return Optional.of(entries);
  }

  private Located<Section> read(String name, NodeTuple tuple, String path, Diagnostics reading) {
    SourcePosition key = reading.place(tuple.getKeyNode());
    String child = Quoted.path(path, name);
    if (!NAME.matcher(name).matches()) {
      reading.problem(
          key, path, "unusable name " + Quoted.text(name), "use ASCII letters, digits, and -._:/");
    }
    Section section =
        entry
            .read(tuple.getValueNode(), child, key, reading)
            .orElseGet(() -> new Section(child, key));
    return new Located<>(section, child, key);
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    if (!mayBeEmpty) {
      schema.put("minProperties", 1);
    }
    schema.put("additionalProperties", entry.schema());
    return schema;
  }
}
