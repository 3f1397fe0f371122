package dev.forebay.bedrock.translate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/** The built-in table of what models can do, by the beginnings of their ids. */
final class ModelTable {
  private static final String TABLE = "models.properties";

  /** What stands before the model in profile ids and ARNs, such as "us." or "global.". */
  private static final Pattern BEFORE_MODEL =
      Pattern.compile("^(?:.*/)?(?:(?:us|eu|ap|apac|jp|au|ca|sa|global|us-gov)\\.)?");

  private static final Map<String, Capabilities> MODELS = load();

  private ModelTable() {}

  /** The entry with the longest beginning that fits, by id, profile id or ARN. */
  static Capabilities of(String modelId) {
    String id = baseId(modelId);
    String longest = "";
    Capabilities found = Capabilities.UNKNOWN;
    for (Map.Entry<String, Capabilities> entry : MODELS.entrySet()) {
      if (id.startsWith(entry.getKey()) && entry.getKey().length() > longest.length()) {
        longest = entry.getKey();
        found = entry.getValue();
      }
    }
    return found;
  }

  /** The id without its geography and without what an ARN puts before it. */
  static String baseId(String modelId) {
    return BEFORE_MODEL.matcher(modelId).replaceFirst("");
  }

  private static Map<String, Capabilities> load() {
    Properties table = new Properties();
    try (InputStream in = ModelTable.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + TABLE);
      }
      table.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Capabilities> models = new HashMap<>();
    for (String model : table.stringPropertyNames()) {
      models.put(model, parse(model, table.getProperty(model)));
    }
    return models;
  }

  /** Words apart by spaces: {@code output:8192}, or {@code -images} for what the model lacks. */
  private static Capabilities parse(String model, String words) {
    int output = Integer.MAX_VALUE;
    int context = Integer.MAX_VALUE;
    int topK = 0;
    int stops = Integer.MAX_VALUE;
    Set<Feature> lacks = EnumSet.noneOf(Feature.class);
    for (String word : words.trim().split("\\s+", -1)) {
      String value = word.substring(word.indexOf(':') + 1);
      switch (word.substring(0, word.length() - value.length())) {
        case "output:" -> output = Integer.parseInt(value);
        case "context:" -> context = Integer.parseInt(value);
        case "top-k:" -> topK = Integer.parseInt(value);
        case "stops:" -> stops = Integer.parseInt(value);
        default -> lacks.add(feature(model, value));
      }
    }
    return new Capabilities(output, context, topK, stops, lacks);
  }

  private static Feature feature(String model, String word) {
    return Arrays.stream(Feature.values())
        .filter(feature -> word.equals("-" + feature.key()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(model + ": unknown word " + word));
  }
}
