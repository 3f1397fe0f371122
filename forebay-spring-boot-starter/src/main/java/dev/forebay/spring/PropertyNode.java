package dev.forebay.spring;

import dev.forebay.config.ConfigTree;
import dev.forebay.config.SourcePosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.origin.Origin;

/** One name of a {@link PropertyTree}, with the value that it has and the names below it. */
final class PropertyNode {
  private final String name;
  private final Map<ConfigurationPropertyName, PropertyNode> below = new LinkedHashMap<>();
  private boolean list;
  private @Nullable ConfigurationProperty property;

  /** The source that the value is from, or the first of those below; a lower one goes before. */
  private int rank = Integer.MAX_VALUE;

  PropertyNode(String name) {
    this.name = name;
  }

  /**
   * The node of a name below this one.
   *
   * @param typed how it is spelt
   * @param index whether it is the number of an item
   */
  PropertyNode below(ConfigurationPropertyName full, String typed, boolean index) {
    list |= index;
    return below.computeIfAbsent(full, key -> new PropertyNode(typed));
  }

  void set(ConfigurationProperty found, int ofSource) {
    property = found;
    rank = ofSource;
  }

  List<String> names() {
    return below.values().stream().map(node -> node.name).toList();
  }

  /** What is below, with references resolved. */
  Map<String, ConfigTree> keys(BiFunction<String, SourcePosition, String> resolved) {
    Map<String, ConfigTree> keys = new LinkedHashMap<>();
    below.values().forEach(node -> keys.put(node.name, node.tree(resolved)));
    return keys;
  }

  private ConfigTree tree(BiFunction<String, SourcePosition, String> resolved) {
    ConfigurationProperty own = property;
    if (own != null && !below.isEmpty() && !isCovered(own)) {
      below.clear();
    }
    if (own != null && below.isEmpty()) {
      SourcePosition place = place(own);
      return new ConfigTree.Value(resolved.apply(text(own), place), place);
    }
    Map<String, ConfigTree> keys = keys(resolved);
    SourcePosition first = keys.values().iterator().next().place();
    return list
        ? new ConfigTree.Items(new ArrayList<>(keys.values()), first)
        : new ConfigTree.Keys(keys, first);
  }

  /** Whether what stands below goes before the value that stands here. */
  private boolean isCovered(ConfigurationProperty own) {
    int first = firstBelow();
    if (first == rank && !text(own).isEmpty()) {
      throw new InvalidConfigurationPropertyValueException(
          own.getName().toString(), own.getValue(), "There are keys below it too. Keep one.");
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

  private static String text(ConfigurationProperty property) {
    Object value = property.getValue();
    return value == null ? "" : value.toString();
  }

  private static SourcePosition place(ConfigurationProperty property) {
    Origin origin = property.getOrigin();
    return new SourcePosition(
        origin == null ? property.getName().toString() : origin.toString(), 0, 0);
  }
}
