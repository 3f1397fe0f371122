package dev.forebay.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What an output token of each model costs in quota tokens: a table of beginnings of model ids,
 * since AWS states it by family, and a configuration's own entries before it.
 */
final class Burndown {
  private static final String TABLE = "burndown.properties";

  /** What stands before the model in profile ids and ARNs, such as "us." or "global.". */
  private static final Pattern BEFORE_MODEL =
      Pattern.compile("^(?:.*/)?(?:[a-z]{2,6}(?:-gov)?\\.(?=[a-z0-9]+\\.))?");

  private final Map<String, Double> rates = new HashMap<>();

  /** The built-in table with these entries over it. */
  Burndown(Map<String, Double> overrides) {
    builtIn().forEach((model, rate) -> rates.put((String) model, Double.valueOf((String) rate)));
    rates.putAll(overrides);
  }

  /** The rate of a model or inference profile, by id or ARN; 1 if the table has none. */
  double of(String model) {
    String id = BEFORE_MODEL.matcher(model).replaceFirst("");
    String longest = "";
    double rate = 1;
    for (Map.Entry<String, Double> entry : rates.entrySet()) {
      String beginning = entry.getKey();
      if (beginning.length() > longest.length() && fits(id, beginning)) {
        longest = beginning;
        rate = entry.getValue();
      }
    }
    return rate;
  }

  /** "claude-opus-4" fits "claude-opus-4-1" and not "claude-opus-45". */
  private static boolean fits(String id, String beginning) {
    return id.startsWith(beginning)
        && (id.length() == beginning.length()
            || !Character.isLetterOrDigit(id.charAt(beginning.length())));
  }

  private static Properties builtIn() {
    Properties table = new Properties();
    try (InputStream in = Burndown.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + TABLE);
      }
      table.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }
}
