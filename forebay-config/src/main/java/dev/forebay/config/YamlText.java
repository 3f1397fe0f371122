package dev.forebay.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML text turned into nodes that know their places. Its events are looked at first, because
 * composing recurses: neither nesting nor aliases may exhaust the machine.
 */
final class YamlText {
  /** Far more than any configuration, far less than a bomb: in bytes of a file. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 50;
  private static final int MAX_ALIASES = 100;

  private final String source;
  private final LoadSettings settings;

  YamlText(String source) {
    this.source = source;
    // The core schema recognizes ~ as null; a key that is no name is refused with its place later.
    this.settings =
        LoadSettings.builder()
            .setLabel(source)
            .setSchema(new CoreSchema())
            .setAllowNonScalarKeys(true)
            .build();
  }

  /** The only document's root; empty if the text has nothing but comments. */
  Optional<Node> compose(String text) throws Malformed {
    return composed(text, compose -> compose.composeString(text));
  }

  /** The roots of all documents. */
  List<Node> composeAll(String text) throws Malformed {
    return composed(
        text,
        compose -> {
          List<Node> roots = new ArrayList<>();
          compose.composeAllFromString(text).forEach(roots::add);
          return roots;
        });
  }

  private <T> T composed(String text, Function<Compose, T> roots) throws Malformed {
    if (text.length() > MAX_BYTES) {
      throw new Malformed(
          SourcePosition.wholeFile(source),
          "is larger than 1 MB",
          "a configuration is a few kilobytes");
    }
    Optional<Mark> reached = Optional.empty();
    try {
      int depth = 0;
      int aliases = 0;
      for (Event event : new Parse(settings).parseString(text)) {
        reached = event.getEndMark();
        refuseTag(event);
        switch (event) {
          case CollectionStartEvent start -> depth++;
          case CollectionEndEvent end -> depth--;
          case AliasEvent alias -> aliases++;
          default -> {}
        }
        if (depth > MAX_DEPTH) {
          throw new Malformed(place(event.getStartMark()), "is nested too deeply", "flatten it");
        }
        if (aliases > MAX_ALIASES) {
          throw new Malformed(
              place(event.getStartMark()),
              "has more than " + MAX_ALIASES + " aliases",
              "write the values out");
        }
      }
      return roots.apply(new Compose(settings));
    } catch (ReaderException e) {
      throw new Malformed(
          SourcePosition.at(source, text, Math.max(0, text.indexOf(e.getCodePoint()))),
          "has the unprintable character U+%04X".formatted(e.getCodePoint()),
          "remove it, or escape it in double quotes");
    } catch (MarkedYamlEngineException e) {
      throw new Malformed(
          place(e.getProblemMark().or(e::getContextMark)),
          "not valid YAML: " + Quoted.printable(e.getProblem()),
          "correct the syntax here or just before");
    } catch (YamlEngineException | IllegalArgumentException e) {
      // The parser does not guard its conversion of escapes: "\\x" alone is a
      // NumberFormatException.
      throw new Malformed(
          place(reached),
          "not valid YAML just after this place",
          "correct the syntax or the escape");
    }
  }

  private void refuseTag(Event event) throws Malformed {
    Optional<String> tag =
        switch (event) {
          case CollectionStartEvent start -> start.getTag();
          case ScalarEvent scalar -> scalar.getTag();
          default -> Optional.empty();
        };
    if (tag.isPresent()) {
      throw new Malformed(
          place(event.getStartMark()),
          "YAML tag " + Quoted.text(tag.get()) + " is not supported",
          "remove the tag");
    }
  }

  private SourcePosition place(Optional<Mark> mark) {
    return mark.map(m -> new SourcePosition(source, m.getLine() + 1, m.getColumn() + 1))
        .orElseGet(() -> SourcePosition.wholeFile(source));
  }

  /** Why the text has no nodes. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    Malformed(SourcePosition place, String message, String remedy) {
      super(message, null, false, false);
      this.problem = new Problem(place, "", message, remedy);
    }

    Problem problem() {
      return problem;
    }
  }
}
