package dev.forebay.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A list of values.
 *
 * @param lone whether a single value may stand for a list of one
 * @param least how many there must be, for editors
 */
record ListShape<T>(Shape<T> element, boolean lone, int least) implements Shape<List<Located<T>>> {
  /** One that makes no sense without an element. */
  ListShape(Shape<T> element, boolean lone) {
    this(element, lone, 1);
  }

  @Override
  public Optional<List<Located<T>>> read(
      Node node, String path, SourcePosition at, Diagnostics reading) {
    if (reading.isUnknown(node)) {
      return Optional.empty();
    }
    if (lone && isValue(node)) {
      return element
          .read(node, path, at, reading)
          .map(value -> List.of(new Located<>(value, path, reading.place(node))));
    }
    if (!(node instanceof SequenceNode list)) {
      reading.problem(reading.place(node), path, Shape.found(node), "write a list: [...]");
      return Optional.empty();
    }
    if (isAmbiguous(list)) {
      reading.problem(
          reading.place(node),
          path,
          "could be one group or a sequence of groups of one",
          "write [[a, b]] for equal ones, [[a], [b]] for one after the other");
      return Optional.empty();
    }
    List<Located<T>> values = new ArrayList<>();
    int index = 0;
    for (Node item : list.getValue()) {
      String child = path + "[" + index++ + "]";
      SourcePosition place = reading.place(item);
      element
          .read(item, child, place, reading)
          .ifPresent(value -> values.add(new Located<>(value, child, place)));
    }
    return Optional.of(values);
  }

  /** Several bare values where each might be a list: one list of them was perhaps meant. */
  private boolean isAmbiguous(SequenceNode list) {
    return element instanceof ListShape<?> inner
        && inner.lone
        && list.getValue().size() > 1
        && list.getValue().stream().allMatch(ListShape::isValue);
  }

  private static boolean isValue(Node node) {
    return node instanceof ScalarNode && !node.getTag().equals(Tag.NULL);
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> list =
        Json.object("type", "array", "minItems", least, "items", element.schema());
    return lone ? Json.object("anyOf", List.of(list, element.schema())) : list;
  }
}
