package dev.forebay.bedrock.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/** The table that comes with the program, as it stands in its resource. */
final class BuiltInModels {
  private static final String TABLE = "models.properties";

  /** By the beginning of the id. */
  static final Map<String, Capabilities> ALL = load();

  private BuiltInModels() {}

  private static Map<String, Capabilities> load() {
    Properties table = new Properties();
    try (InputStream in = BuiltInModels.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + TABLE);
      }
      table.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Capabilities> models = new HashMap<>();
    for (String model : table.stringPropertyNames()) {
      if (!model.startsWith("@")) {
        Line line = new Line(model, table);
        line.read(table.getProperty(model));
        models.put(model, line.capabilities());
      }
    }
    return Map.copyOf(models);
  }

  /** One line: words apart by spaces. */
  private static final class Line {
    private final String model;
    private final Properties table;
    private final Set<Feature> lacks = EnumSet.noneOf(Feature.class);
    private int output = Integer.MAX_VALUE;
    private int context = Integer.MAX_VALUE;
    private int topK;
    private int stops = Integer.MAX_VALUE;
    private double burndown = 1;
    private Optional<LocalDate> endOfLife = Optional.empty();

    Line(String model, Properties table) {
      this.model = model;
      this.table = table;
    }

    void read(String words) {
      for (String word : words.trim().split("\\s+", -1)) {
        word(word);
      }
    }

    private void word(String word) {
      String value = word.substring(word.indexOf(':') + 1);
      switch (word.substring(0, word.length() - value.length())) {
        case "output:" -> output = Integer.parseInt(value);
        case "context:" -> context = Integer.parseInt(value);
        case "top-k:" -> topK = Integer.parseInt(value);
        case "stops:" -> stops = Integer.parseInt(value);
        case "burndown:" -> burndown = Double.parseDouble(value);
        case "eol:" -> endOfLife = Optional.of(LocalDate.parse(value));
        default -> {
          if (word.startsWith("@") && table.containsKey(word)) {
            read(table.getProperty(word));
          } else {
            lacks.add(feature(word));
          }
        }
      }
    }

    private Feature feature(String word) {
      return Optional.of(word)
          .filter(lacking -> lacking.startsWith("-"))
          .flatMap(lacking -> Feature.of(lacking.substring(1)))
          .orElseThrow(() -> new IllegalStateException(model + ": unknown word " + word));
    }

    Capabilities capabilities() {
      return new Capabilities(output, context, topK, stops, burndown, endOfLife, lacks);
    }
  }
}
