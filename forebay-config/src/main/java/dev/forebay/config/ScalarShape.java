package dev.forebay.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A single value, possibly with references to the environment.
 *
 * @param kind what it is, with its article
 * @param show the text that reads back as the value
 * @param holdsSecrets whether a text in the file, such as the default of a reference, is refused
 */
record ScalarShape<T>(
    String kind,
    Parser<T> parser,
    Function<T, String> show,
    Map<String, Object> schema,
    boolean holdsSecrets)
    implements Shape<T> {
  ScalarShape(String kind, Parser<T> parser, Function<T, String> show, Map<String, Object> schema) {
    this(kind, parser, show, schema, false);
  }

  /** Makes a value of a text. Messages about secrets must not show it. */
  interface Parser<T> {
    T parse(Substituted text) throws Refusal;
  }

  @Override
  public Optional<T> read(Node node, String path, SourcePosition at, Diagnostics reading) {
    if (reading.isUnknown(node)) {
      return Optional.empty();
    }
    if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
      reading.problem(reading.place(node), path, Shape.found(node), "write " + kind);
      return Optional.empty();
    }
    Optional<Substituted> text = reading.substitute(scalar, path, holdsSecrets);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.parse(text.get()));
    } catch (Refusal e) {
      reading.problem(reading.place(node), path, e.message(), e.remedy());
      return Optional.empty();
    }
  }
}
