package dev.forebay.simulator;

import dev.forebay.config.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One value of a document, which knows its place and refuses what it is not. */
record Value(Document document, Node node, String path) {
  private static final Pattern DURATION =
      Pattern.compile("(?:\\d{1,9}(?:\\.\\d{1,9})?(?:ms|s|m|h))++");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");

  RefusedValue refuse(String message, String remedy) {
    return document.refuse(document.place(node), path, message, remedy);
  }

  Value child(Node child, String name) {
    return new Value(document, child, path.isEmpty() ? name : path + "." + name);
  }

  boolean isScalar() {
    return node instanceof ScalarNode;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  boolean isSequence() {
    return node instanceof SequenceNode;
  }

  boolean isNothing() {
    return node.getTag().equals(Tag.NULL);
  }

  Fields fields(String... known) {
    return Fields.of(this, List.of(known));
  }

  List<Value> items() {
    if (!(node instanceof SequenceNode sequence)) {
      throw refuse("expected a list", "write [a, b] or lines that begin with -");
    }
    List<Value> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(new Value(document, item, path + "[" + items.size() + "]"));
    }
    return items;
  }

  String text() {
    if (node instanceof ScalarNode scalar && !isNothing() && !scalar.getValue().isBlank()) {
      return scalar.getValue();
    }
    throw refuse("expected a text", "give one");
  }

  boolean flag() {
    String text = node instanceof ScalarNode ? text() : "";
    if (!text.equals("true") && !text.equals("false")) {
      throw refuse("expected true or false", "write one of them");
    }
    return text.equals("true");
  }

  double number(double least) {
    double value;
    try {
      value = Double.parseDouble(text().replace("_", ""));
    } catch (NumberFormatException e) {
      throw refuse("expected a number, not '" + text() + "'", "such as 12 or 0.5");
    }
    if (!(value >= least) || value > 1e15) {
      throw refuse("expected at least " + plain(least) + ", not " + text(), "give a larger number");
    }
    return value;
  }

  double positive() {
    double value = number(0);
    if (value == 0) {
      throw refuse("expected more than 0", "give a positive number");
    }
    return value;
  }

  long whole(long least) {
    double value = number((double) least);
    if (value != Math.rint(value)) {
      throw refuse("expected a whole number, not " + text(), "drop the fraction");
    }
    return Math.round(value);
  }

  Duration duration() {
    String text = text();
    if (!DURATION.matcher(text).matches()) {
      throw refuse(
          "'" + text + "' is not a duration", "write it with units, such as 250ms, 20s or 1m30s");
    }
    double nanos = 0;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      double unit =
          switch (part.group(2)) {
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3600e9;
          };
      nanos += Double.parseDouble(part.group(1)) * unit;
    }
    if (nanos > Duration.ofDays(31).toNanos()) {
      throw refuse("'" + text + "' is over a month", "give a shorter duration");
    }
    return Duration.ofNanos(Math.round(nanos));
  }

  Duration positiveDuration() {
    Duration duration = duration();
    if (duration.isZero()) {
      throw refuse("expected more than 0s", "give a positive duration");
    }
    return duration;
  }

  <E> E choice(E[] values, Function<E, String> key) {
    String text = text();
    List<String> keys = Arrays.stream(values).map(key).toList();
    for (E value : values) {
      if (key.apply(value).equals(text)) {
        return value;
      }
    }
    throw refuse(
        "'" + text + "' is none of " + keys.stream().collect(Collectors.joining(", ")),
        Nearest.remedy(text, keys));
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
