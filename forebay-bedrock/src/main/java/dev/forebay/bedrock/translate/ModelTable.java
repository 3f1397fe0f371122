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
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The built-in table of what models can do, by the beginnings of their ids. */
final class ModelTable {
  private static final String TABLE = "models.properties";

  /** What stands before the model in profile ids and ARNs, such as "us." or "global.". */
  private static final Pattern BEFORE_MODEL =
      Pattern.compile("^(?:.*/)?(?:(?:us|eu|ap|apac|jp|au|ca|sa|global|us-gov)\\.)?");

  private static final Map<String, Capabilities> MODELS = load();

  /** More than any gateway has targets; ids that callers make up find it full at worst. */
  private static final int MOST_KNOWN = 1_000;

  /** What was found before, by the whole id: it is asked for with every call. */
  private static final Map<String, Entry> KNOWN = new ConcurrentHashMap<>();

  private record Entry(String baseId, Capabilities capabilities) {}

  private ModelTable() {}

  /** The entry with the longest beginning that fits, by id, profile id or ARN. */
  static Capabilities of(String modelId) {
    return entry(modelId).capabilities();
  }

  /** The id without its geography and without what an ARN puts before it. */
  static String baseId(String modelId) {
    return entry(modelId).baseId();
  }

  private static Entry entry(String modelId) {
    Entry known = KNOWN.get(modelId);
    if (known != null) {
      return known;
    }
    String baseId = BEFORE_MODEL.matcher(modelId).replaceFirst("");
    Entry found = new Entry(baseId, find(baseId));
    if (KNOWN.size() < MOST_KNOWN) {
      KNOWN.put(modelId, found);
    }
    return found;
  }

  private static Capabilities find(String id) {
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
