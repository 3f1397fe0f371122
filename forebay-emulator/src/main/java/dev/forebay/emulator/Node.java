package dev.forebay.emulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One value of a YAML or JSON document, which knows its place and refuses what it is not. */
sealed interface Node {
  YamlPosition place();

  /** Entries in document order; each has the place of its key. */
  record Mapping(YamlPosition place, Map<String, Node> entries, Map<String, YamlPosition> keys)
      implements Node {}

  record Sequence(YamlPosition place, List<Node> items) implements Node {}

  /** A leaf as it was written, without quotes; {@code null} is the empty text of kind NOTHING. */
  record Scalar(YamlPosition place, String text, Kind kind) implements Node {}

  /** What a leaf was written as. */
  enum Kind {
    TEXT,
    NUMBER,
    FLAG,
    NOTHING
  }

  /** A number with a unit: 300ms, 1.5s, 2m, 1h. */
  Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");

  default Mapping mapping() {
    if (this instanceof Mapping mapping) {
      return mapping;
    }
    throw place().refuse("expected a mapping");
  }

  default <T> List<T> list(Function<Node, T> item) {
    if (!(this instanceof Sequence sequence)) {
      throw place().refuse("expected a list");
    }
    List<T> read = new ArrayList<>();
    sequence.items().forEach(node -> read.add(item.apply(node)));
    return List.copyOf(read);
  }

  default boolean nothing() {
    return this instanceof Scalar scalar && scalar.kind() == Kind.NOTHING;
  }

  default String text() {
    if (this instanceof Scalar scalar && scalar.kind() == Kind.TEXT && !scalar.text().isBlank()) {
      return scalar.text();
    }
    throw place().refuse("expected a text");
  }

  default boolean flag() {
    if (this instanceof Scalar scalar && scalar.kind() == Kind.FLAG) {
      return Boolean.parseBoolean(scalar.text());
    }
    throw place().refuse("expected true or false");
  }

  default double number(double least) {
    if (!(this instanceof Scalar scalar) || scalar.kind() != Kind.NUMBER) {
      throw place().refuse("expected a number");
    }
    double value;
    try {
      value = Double.parseDouble(scalar.text());
    } catch (NumberFormatException e) {
      throw place().refuse("expected a decimal number, not " + scalar.text());
    }
    if (!(value >= least) || Double.isInfinite(value)) {
      throw place().refuse("expected at least " + plain(least) + ", not " + scalar.text());
    }
    return value;
  }

  default long integer(long least) {
    double value = number((double) least);
    if (value != Math.rint(value) || value > 0x1p53) {
      throw place().refuse("expected a whole number");
    }
    return Math.round(value);
  }

  default Duration duration() {
    if (this instanceof Scalar scalar) {
      Matcher matcher = DURATION.matcher(scalar.text());
      if (matcher.matches()) {
        double nanosPerUnit =
            switch (matcher.group(2)) {
              case "ms" -> 1e6;
              case "s" -> 1e9;
              case "m" -> 60e9;
              default -> 3600e9;
            };
        return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * nanosPerUnit));
      }
    }
    throw place().refuse("expected a duration such as 300ms, 2s, 5m or 1h");
  }

  default <E> E choice(E[] values, Function<E, String> name) {
    if (this instanceof Scalar scalar) {
      for (E value : values) {
        if (name.apply(value).equals(scalar.text())) {
          return value;
        }
      }
    }
    String all = Arrays.stream(values).map(name).collect(Collectors.joining(", "));
    throw place().refuse("expected one of " + all);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
