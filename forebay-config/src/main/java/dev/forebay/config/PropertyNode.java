package dev.forebay.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One name of a {@link PropertyTree}, with the value that it has and the names below it. */
final class PropertyNode {
  private final String name;
  private final Map<String, PropertyNode> below = new LinkedHashMap<>();
  private boolean list;
  private @Nullable Property property;

  /** The source that the value is from; a lower one goes before. */
  private int rank = Integer.MAX_VALUE;

  PropertyNode(String name) {
    this.name = name;
  }

  /** The node of a name below this one. */
  PropertyNode below(Property.Element element) {
    list |= element.index();
    return below.computeIfAbsent(element.uniform(), key -> new PropertyNode(element.typed()));
  }

  void set(Property found, int ofSource) {
    property = found;
    rank = ofSource;
  }

  List<String> names() {
    return below.values().stream().map(node -> node.name).toList();
  }

  /** What is below. */
  Map<String, ConfigTree> keys(String path, PropertyTree.Values values) {
    Map<String, ConfigTree> keys = new LinkedHashMap<>();
    below
        .values()
        .forEach(node -> keys.put(node.name, node.tree(Quoted.path(path, node.name), values)));
    return keys;
  }

  private ConfigTree tree(String path, PropertyTree.Values values) {
    Property own = property;
    if (own != null && !below.isEmpty() && !isCovered(own, path)) {
      below.clear();
    }
    if (own != null && below.isEmpty()) {
      return values.of(own.text(), own.place());
    }
    Map<String, ConfigTree> keys = keys(path, values);
    SourcePosition first = keys.values().iterator().next().place();
    return list
        ? new ConfigTree.Items(new ArrayList<>(keys.values()), first)
        : new ConfigTree.Keys(keys, first);
  }

  /** Whether what stands below goes before the value that stands here. */
  private boolean isCovered(Property own, String path) {
    int first = firstBelow();
    if (first == rank && !own.text().isEmpty()) {
      throw new ConfigException(
          List.of(
              new Problem(own.place(), path, "has a value, and keys below it too", "keep one")));
    }
    return first <= rank;
  }

  private int firstBelow() {
    int first = Integer.MAX_VALUE;
    for (PropertyNode node : below.values()) {
      first = Math.min(first, Math.min(node.rank, node.firstBelow()));
    }
    return first;
  }
}
