package dev.forebay.simulator;

import dev.forebay.config.Problem;
import dev.forebay.config.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** A YAML text under reading: where its values stand, and what was found wrong so far. */
final class Document {
  private static final int MAX_CHARACTERS = 1 << 20;
  private static final int MAX_DEPTH_ALIASES = 50;

  private final String source;
  private final List<Problem> problems = new ArrayList<>();

  Document(String source) {
    this.source = source;
  }

  /** The root value. */
  Value compose(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setMaxAliasesForCollections(MAX_DEPTH_ALIASES)
            .setCodePointLimit(MAX_CHARACTERS)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        throw refuse(whole(), "", "is empty", "describe a scenario, see docs/simulator.md");
      }
      return new Value(this, root.get(), "");
    } catch (MarkedYamlEngineException e) {
      SourcePosition place =
          e.getProblemMark().or(e::getContextMark).map(this::place).orElse(whole());
      throw refuse(
          place, "", "not valid YAML: " + e.getProblem(), "correct the syntax here or just before");
    } catch (YamlEngineException | IllegalArgumentException e) {
      throw refuse(
          whole(), "", "not valid YAML: " + e.getMessage(), "correct the syntax or the escape");
    }
  }

  SourcePosition place(Node node) {
    return node.getStartMark().map(this::place).orElse(whole());
  }

  RefusedValue refuse(SourcePosition place, String path, String message, String remedy) {
    return new RefusedValue(new Problem(place, path, message, remedy));
  }

  void report(RefusedValue refused) {
    problems.add(refused.problem());
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  private SourcePosition place(Mark mark) {
    return new SourcePosition(source, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private SourcePosition whole() {
    return new SourcePosition(source, 0, 0);
  }
}
