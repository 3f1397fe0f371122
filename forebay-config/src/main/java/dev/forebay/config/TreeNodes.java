package dev.forebay.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Makes of a tree the nodes that a file would have: with the file's own spelling of keys, and with
 * lists and sections where the tree has texts for them. What does not fit stays as it is, so that
 * reading it finds the problem.
 */
final class TreeNodes {
  private static final Tag UNKNOWN = new Tag("!unknown");

  private TreeNodes() {}

  static Node of(ConfigTree tree, Shape<?> shape) {
    return switch (tree) {
      case ConfigTree.Value value -> value(value, shape);
      case ConfigTree.Unknown unknown ->
          new ScalarNode(
              UNKNOWN, true, "", ScalarStyle.PLAIN, mark(unknown.place()), Optional.empty());
      case ConfigTree.Items list -> items(list.items(), element(shape), list.place());
      case ConfigTree.Keys section -> keys(section, shape);
    };
  }

  /** Whether it stands for a value that is not known. */
  static boolean isUnknown(Node node) {
    return node.getTag().equals(UNKNOWN);
  }

  private static Node value(ConfigTree.Value value, Shape<?> shape) {
    String text = value.text();
    if (text.isEmpty() && (shape instanceof SectionShape || shape instanceof NamedShape)) {
      return mapping(List.of(), value.place());
    }
    if (shape instanceof ListShape<?> list
        && list.element() instanceof ScalarShape<?>
        && (text.isEmpty() || text.contains(",") || !list.lone())) {
      List<ConfigTree> parts = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        if (!text.isEmpty()) {
          parts.add(new ConfigTree.Value(part.strip(), value.place()));
        }
      }
      return items(parts, list.element(), value.place());
    }
    return scalar(text, value.place());
  }

  private static Node items(List<ConfigTree> items, Shape<?> element, SourcePosition place) {
    List<Node> nodes = new ArrayList<>();
    items.forEach(item -> nodes.add(of(item, element)));
    return new SequenceNode(Tag.SEQ, true, nodes, FlowStyle.BLOCK, mark(place), Optional.empty());
  }

  private static Node keys(ConfigTree.Keys section, Shape<?> shape) {
    List<NodeTuple> tuples = new ArrayList<>();
    section
        .keys()
        .forEach(
            (typed, below) -> {
              Optional<Setting<?>> setting = setting(shape, typed);
              String name = setting.isPresent() ? setting.get().name() : typed;
              Shape<?> own = setting.isPresent() ? setting.get().shape() : entry(shape);
              tuples.add(new NodeTuple(scalar(name, below.place()), of(below, own)));
            });
    return mapping(tuples, section.place());
  }

  static boolean isKey(Shape<?> shape, List<String> path) {
    if (path.isEmpty()) {
      return true;
    }
    List<String> rest = path.subList(1, path.size());
    return switch (shape) {
      case SectionShape section ->
          setting(section, path.getFirst())
              .filter(setting -> isKey(setting.shape(), rest))
              .isPresent();
      case NamedShape named -> isKey(named.entry(), rest);
      case ListShape<?> list -> isKey(list.element(), rest);
      case WordOrShape wordOr -> isKey(wordOr.section(), path);
      case ScalarShape<?> scalar -> false;
    };
  }

  /** The setting that is meant by a name in any of its spellings. */
  private static Optional<Setting<?>> setting(Shape<?> shape, String typed) {
    SectionShape section =
        switch (shape) {
          case SectionShape own -> own;
          case WordOrShape wordOr -> wordOr.section();
          case ListShape<?> list -> new SectionShape();
          case NamedShape named -> new SectionShape();
          case ScalarShape<?> scalar -> new SectionShape();
        };
    for (Setting<?> setting : section.settings()) {
      if (plain(setting.name()).equals(plain(typed))) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }

  private static String plain(String name) {
    return name.replace("-", "").toLowerCase(Locale.ROOT);
  }

  /**
   * The shape below a name of the user's choice; else one that fits nothing and changes nothing.
   */
  private static Shape<?> entry(Shape<?> shape) {
    return shape instanceof NamedShape named ? named.entry() : Scalars.TEXT;
  }

  private static Shape<?> element(Shape<?> shape) {
    return shape instanceof ListShape<?> list ? list.element() : Scalars.TEXT;
  }

  private static Node scalar(String text, SourcePosition place) {
    return new ScalarNode(
        Tag.STR, true, text, ScalarStyle.DOUBLE_QUOTED, mark(place), Optional.empty());
  }

  private static Node mapping(List<NodeTuple> tuples, SourcePosition place) {
    return new MappingNode(Tag.MAP, true, tuples, FlowStyle.BLOCK, mark(place), Optional.empty());
  }

  private static Optional<Mark> mark(SourcePosition place) {
    return Optional.of(
        new Mark(place.source(), 0, place.line() - 1, place.column() - 1, new int[0], 0));
  }
}
