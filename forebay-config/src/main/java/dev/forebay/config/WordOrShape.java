package dev.forebay.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Either one certain word or a section. */
record WordOrShape(String word, SectionShape section) implements Shape<WordOrShape.Choice> {
  /** What was chosen: the section, or if it is empty, the word. */
  record Choice(Optional<Section> section) {}

  @Override
  public Optional<Choice> read(Node node, String path, SourcePosition at, Diagnostics reading) {
    if (reading.isUnknown(node)) {
      return Optional.empty();
    }
    if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
      return section.read(node, path, at, reading).map(chosen -> new Choice(Optional.of(chosen)));
    }
    Optional<Substituted> text = reading.substitute(scalar, path, false);
    if (text.isEmpty() || text.get().text().equals(word)) {
      return text.map(given -> new Choice(Optional.empty()));
    }
    reading.problem(
        reading.place(node), path, "unknown form", "write the word " + word + ", or a section");
    return Optional.empty();
  }

  @Override
  public Map<String, Object> schema() {
    return Json.object("anyOf", List.of(Json.object("const", word), section.schema()));
  }
}
