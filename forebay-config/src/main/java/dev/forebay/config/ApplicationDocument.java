package dev.forebay.config;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One document of an application's file: its properties, by whole names, as Spring reads them. */
final class ApplicationDocument {
  private static final int MAX_PROPERTIES = 10_000;
  private static final int MAX_DEPTH = 50;
  private static final Set<String> WITH_NAMES = Set.of("targets", "routes", "models", "burndown");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern TRUE = Pattern.compile("(?i:yes|on|true)");
  private static final Pattern FALSE = Pattern.compile("(?i:no|off|false)");
  private static final Pattern OCTAL = Pattern.compile("0[0-7_]{1,18}");
  private static final Pattern WHOLE = Pattern.compile("[1-9][0-9_]{0,18}");
  private static final Pattern SEPARATOR = Pattern.compile("[#!]---\\s*");

  private final String source;
  private final List<Property> properties = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private ApplicationDocument(String source) {
    this.source = source;
  }

  /**
   * Those of a YAML file.
   *
   * @param always whether it is an application's by its name; else it may be a gateway's, whose
   *     values have no bound
   */
  static List<ApplicationDocument> yaml(String text, String source, boolean always) {
    List<ApplicationDocument> documents = new ArrayList<>();
    try {
      List<Node> roots = new YamlText(source).composeAll(text);
      if (!always && roots.stream().noneMatch(ApplicationDocument::hasOurs)) {
        return documents;
      }
      for (Node root : roots) {
        ApplicationDocument document = new ApplicationDocument(source);
        document.flatten("", root);
        documents.add(document);
      }
    } catch (YamlText.Malformed e) {
      throw new ConfigException(List.of(e.problem()));
    }
    return documents;
  }

  private static boolean hasOurs(Node root) {
    return root instanceof MappingNode mapping
        && mapping.getValue().stream()
            .map(NodeTuple::getKeyNode)
            .anyMatch(key -> key instanceof ScalarNode name && isOurs(name.getValue()));
  }

  private static boolean isOurs(String name) {
    List<Property.Element> elements = Property.elements(name);
    return !elements.isEmpty() && elements.getFirst().uniform().equals(PropertyTree.PREFIX);
  }

  /** Those of a file of lines, which a comment of three hyphens separates. */
  static List<ApplicationDocument> lines(String text, String source) {
    List<ApplicationDocument> documents = new ArrayList<>();
    documents.add(new ApplicationDocument(source));
    String[] lines = text.split("\r\n|\r|\n", -1);
    for (int i = 0; i < lines.length; i++) {
      int first = i;
      String line = lines[i].stripLeading();
      if (SEPARATOR.matcher(line).matches()) {
        documents.add(new ApplicationDocument(source));
      }
      if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) {
        continue;
      }
      StringBuilder logical = new StringBuilder(line);
      while (goesOn(lines[i]) && i + 1 < lines.length) {
        i++;
        logical.append('\n').append(lines[i]);
      }
      int column = lines[first].length() - line.length() + 1;
      documents
          .getLast()
          .addLine(logical.toString(), new SourcePosition(source, first + 1, column));
    }
    return documents;
  }

  /** Whether an odd number of backslashes ends a line. */
  private static boolean goesOn(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\\') {
      end--;
    }
    return (line.length() - end) % 2 == 1;
  }

  private void addLine(String line, SourcePosition place) {
    Properties one = new Properties();
    try {
      one.load(new StringReader(line));
    } catch (IOException | IllegalArgumentException e) {
      problems.add(
          new Problem(place, "", "not a valid property", "correct the escape in this line"));
    }
    one.stringPropertyNames().forEach(name -> add(name, one.getProperty(name), place));
  }

  List<Property> properties() {
    return properties;
  }

  /** What is wrong with it for Spring already. */
  List<Problem> problems() {
    return problems;
  }

  /** The first text of a name, such as {@code spring.config.import}. */
  Optional<Property> first(String name) {
    return all(name).stream().findFirst();
  }

  /** The texts of a name that may have a list. */
  List<String> texts(String name) {
    return all(name).stream()
        .flatMap(property -> List.of(property.text().split(",", -1)).stream())
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  private List<Property> all(String name) {
    List<String> wanted = uniform(Property.elements(name));
    return properties.stream()
        .filter(property -> wanted.equals(uniform(withoutIndex(property.name()))))
        .toList();
  }

  private static List<Property.Element> withoutIndex(List<Property.Element> name) {
    return name.getLast().index() ? name.subList(0, name.size() - 1) : name;
  }

  static List<String> uniform(List<Property.Element> name) {
    return name.stream().map(Property.Element::uniform).toList();
  }

  private void flatten(String path, Node node) {
    // A section may be an alias of itself.
    if (Property.elements(path).size() > MAX_DEPTH) {
      throw new ConfigException(
          List.of(new Problem(place(node), "", "is nested too deeply", "flatten it")));
    }
    switch (node) {
      case MappingNode mapping -> flatten(path, mapping);
      case SequenceNode list -> {
        int index = 0;
        for (Node item : list.getValue()) {
          flatten(path + "[" + index++ + "]", item);
        }
        if (index == 0) {
          add(path, "", place(node));
        }
      }
      case ScalarNode scalar -> add(path, text(scalar), place(node));
      default -> {}
    }
  }

  private void flatten(String path, MappingNode mapping) {
    if (mapping.getValue().isEmpty() && path.startsWith(PropertyTree.PREFIX + ".")) {
      problems.add(
          new Problem(
              place(mapping),
              shown(path),
              "Spring loses a section that is written {}",
              "write nothing"));
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        if (!seen.add(key.getValue())) {
          problems.add(
              new Problem(
                  place(key),
                  shown(path),
                  "duplicate key " + Quoted.text(key.getValue()),
                  "keep one of them"));
        }
        String name = name(path, key);
        flatten(
            path.isEmpty() || name.startsWith("[") ? path + name : path + "." + name,
            tuple.getValueNode());
      } else {
        problems.add(
            new Problem(
                place(tuple.getKeyNode()),
                shown(path),
                "a key must be a name",
                "write name: value"));
      }
    }
  }

  /** A whole name, as messages about a configuration have it. */
  private static String shown(String path) {
    String shown = "";
    for (Property.Element element : Property.elements(path)) {
      shown =
          element.index()
              ? shown + "[" + element.typed() + "]"
              : Quoted.path(shown, element.typed());
    }
    return shown;
  }

  /** A key's name; of targets and routes with the brackets that it should have. */
  private String name(String path, ScalarNode key) {
    String name = key.getValue();
    List<String> section = uniform(Property.elements(path));
    if (section.size() != 2
        || !section.getFirst().equals(PropertyTree.PREFIX)
        || !WITH_NAMES.contains(section.getLast())
        || name.startsWith("[")
        || PLAIN.matcher(name).matches()) {
      return name;
    }
    List<String> read = new ArrayList<>(section.subList(1, 2));
    read.addAll(uniform(Property.elements(name)));
    if (read.size() > 2 && ConfigTree.isKey(read)) {
      return name;
    }
    problems.add(
        new Problem(
            place(key),
            shown(path),
            "Spring does not keep the name " + Quoted.text(name) + " as it is",
            "write it in brackets: \"[" + Quoted.printable(name) + "]\""));
    return "[" + name + "]";
  }

  /** As YAML 1.1 has it, which Spring reads: a bare {@code off} is no text, nor 1_000 or 010. */
  private static String text(ScalarNode scalar) {
    if (scalar.getTag().equals(Tag.NULL)) {
      return "";
    }
    String text = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return text;
    }
    if (TRUE.matcher(text).matches()) {
      return "true";
    }
    if (FALSE.matcher(text).matches()) {
      return "false";
    }
    String digits = text.replace("_", "");
    if (OCTAL.matcher(text).matches()) {
      return Long.toString(Long.parseLong(digits, 8));
    }
    return WHOLE.matcher(text).matches() ? digits : text;
  }

  private void add(String name, String text, SourcePosition place) {
    if (properties.size() >= MAX_PROPERTIES) {
      throw new ConfigException(
          List.of(
              new Problem(
                  place, "", "has more than " + MAX_PROPERTIES + " properties", "split the file")));
    }
    List<Property.Element> elements = Property.elements(name);
    if (!elements.isEmpty()) {
      properties.add(new Property(elements, text, place));
    }
  }

  private SourcePosition place(Node node) {
    return node.getStartMark()
        .map(mark -> new SourcePosition(source, mark.getLine() + 1, mark.getColumn() + 1))
        .orElseGet(() -> SourcePosition.wholeFile(source));
  }
}
