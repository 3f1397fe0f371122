package dev.forebay.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A section whose keys are known. */
record SectionShape(List<Setting<?>> settings) implements Shape<Section> {
  SectionShape(Setting<?>... settings) {
    this(List.of(settings));
  }

  @Override
  public Optional<Section> read(Node node, String path, SourcePosition at, Diagnostics reading) {
    if (reading.isUnknown(node)) {
      return Optional.empty();
    }
    if (!(node instanceof MappingNode mapping)) {
      reading.problem(
          reading.place(node),
          path,
          Shape.found(node),
          "give it keys of " + String.join(", ", names()) + ", or leave it out");
      return Optional.empty();
    }
    Section section = new Section(path, at);
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      name(entry, path, seen, reading)
          .ifPresent(
              name ->
                  setting(name)
                      .ifPresentOrElse(
                          setting -> section.read(setting, entry, reading),
                          () -> unknown(entry, name, path, reading)));
    }
    for (Setting<?> setting : settings) {
      if (setting.required() && !seen.contains(setting.name())) {
        reading.problem(
            at,
            Quoted.path(path, setting.name()),
            "is missing",
            "add it, such as " + setting.name() + ": " + setting.example());
      }
    }
    return Optional.of(section);
  }

  /** The name of an entry; empty if it is no name at all, or was seen before. */
  static Optional<String> name(
      NodeTuple entry, String path, Set<String> seen, Diagnostics reading) {
    Node key = entry.getKeyNode();
    if (!(key instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
      reading.problem(reading.place(key), path, "a key must be a name", "write name: value");
      return Optional.empty();
    }
    String name = scalar.getValue();
    if (!seen.add(name)) {
      reading.problem(
          reading.place(key), path, "duplicate key " + Quoted.text(name), "keep one of them");
      return Optional.empty();
    }
    return Optional.of(name);
  }

  private void unknown(NodeTuple entry, String name, String path, Diagnostics reading) {
    reading.problem(
        reading.place(entry.getKeyNode()),
        path,
        "unknown key " + Quoted.text(name),
        Nearest.remedy(name, names()));
  }

  private Optional<Setting<?>> setting(String name) {
    for (Setting<?> setting : settings) {
      if (setting.name().equals(name)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    settings.forEach(setting -> names.add(setting.name()));
    return names;
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Setting<?> setting : settings) {
      properties.put(setting.name(), setting.schema());
      if (setting.required()) {
        required.add(setting.name());
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("additionalProperties", false);
    return schema;
  }
}
