package dev.forebay.spring;

import dev.forebay.config.SourcePosition;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * Resolves {@code ${name}} and {@code ${name:default}} in values by Spring's environment. What a
 * reference stands for is handed on as a reference, so that the reader of the configuration still
 * knows what is written out in a value and what is not: a secret may not be. A default may also
 * stand behind {@code :-}, as in a configuration file.
 */
final class Placeholders {
  private static final String OPENING = "${";

  private final Environment environment;
  private final Map<String, String> env = new HashMap<>(System.getenv());
  private int made;

  Placeholders(Environment environment) {
    this.environment = environment;
  }

  /** What the references in values that were given out stand for, and the process's environment. */
  Map<String, String> env() {
    return env;
  }

  /** The value with references that {@link #env} has. */
  String referenced(String text, SourcePosition place) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    int opening = text.indexOf(OPENING);
    while (opening >= 0) {
      int end = end(text, opening);
      if (end < 0) {
        break;
      }
      // A second dollar sign makes it a literal text, as in a file.
      if (opening == 0 || text.charAt(opening - 1) != '$') {
        out.append(text, at, opening);
        out.append(reference(text.substring(opening + OPENING.length(), end), place));
        at = end + 1;
      }
      opening = text.indexOf(OPENING, end);
    }
    return out.append(text, at, text.length()).toString();
  }

  private String reference(String inner, SourcePosition place) {
    int colon = inner.indexOf(':');
    String name = colon < 0 ? inner : inner.substring(0, colon);
    String value = environment.getProperty(name);
    if (value != null) {
      String variable = "PROPERTY_" + made++;
      env.put(variable, value);
      return OPENING + variable + "}";
    }
    if (colon < 0) {
      // Not the whole value: a secret may be written out beside the reference.
      throw new InvalidConfigurationPropertyValueException(
          place.toString(),
          OPENING + inner + "}",
          "There is no property or environment variable '" + name + "'.");
    }
    String usual = inner.substring(colon + 1);
    return referenced(usual.startsWith("-") ? usual.substring(1) : usual, place);
  }

  /** The brace that closes the one after the dollar sign; negative if none does. */
  private static int end(String text, int opening) {
    int depth = 0;
    for (int i = opening; i < text.length(); i++) {
      if (text.charAt(i) == '{') {
        depth++;
      } else if (text.charAt(i) == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
