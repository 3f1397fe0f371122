package dev.forebay.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** What the file gives in one section, by setting. */
final class Section {
  private final String path;
  private final SourcePosition place;
  private final Map<String, Located<?>> found = new HashMap<>();
  private final Set<String> broken = new HashSet<>();

  Section(String path, SourcePosition place) {
    this.path = path;
    this.place = place;
  }

  <T> void read(Setting<T> setting, NodeTuple entry, Diagnostics reading) {
    int before = reading.unsoundCount();
    Node node = entry.getValueNode();
    SourcePosition key = reading.place(entry.getKeyNode());
    SourcePosition best = node instanceof ScalarNode ? reading.place(node) : key;
    String child = Quoted.path(path, setting.name());
    setting
        .shape()
        .read(node, child, key, reading)
        .ifPresent(value -> found.put(setting.name(), new Located<>(value, child, best)));
    if (reading.unsoundCount() > before) {
      broken.add(setting.name());
    }
  }

  /** Whether nothing is wrong with the setting or below it; true if it is not given. */
  boolean sound(Setting<?> setting) {
    return !broken.contains(setting.name());
  }

  // What is stored under a setting's name was read by that setting's own shape.
  @SuppressWarnings("unchecked")
  <T> Optional<Located<T>> found(Setting<T> setting) {
    return Optional.ofNullable((Located<T>) found.get(setting.name()));
  }

  /** The value that the file gives, or else the default. */
  <T> Optional<T> value(Setting<T> setting) {
    return found(setting).map(Located::value).or(setting::defaultValue);
  }

  /** The value of a setting that has a default or is required, in a file that has no problem. */
  <T> T get(Setting<T> setting) {
    return value(setting).orElseThrow();
  }

  /** A section within this one; if the file has none, one where everything has its default. */
  Section section(Setting<Section> setting) {
    return value(setting).orElseGet(() -> new Section(Quoted.path(path, setting.name()), place));
  }

  /** The place to show for a setting: its own, or the section's if it is not given. */
  SourcePosition place(Setting<?> setting) {
    Located<?> own = found.get(setting.name());
    return own == null ? place : own.place();
  }

  String path(Setting<?> setting) {
    return Quoted.path(path, setting.name());
  }

  String path() {
    return path;
  }

  SourcePosition place() {
    return place;
  }
}
