package dev.forebay.config;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ${name}} and {@code ${name:default}} in values of an application's properties.
 * What a reference stands for is handed on as a reference, so that the reader of the configuration
 * still knows what is written out in a value and what is not: a secret may not be. A default may
 * also stand behind {@code :-}, as in a configuration file.
 */
public final class Placeholders {
  /** There is no such property, and no default. */
  public static final class Unresolved extends Exception {
    private static final long serialVersionUID = 1;

    private final String name;

    private Unresolved(String name) {
      super(name, null, false, false);
      this.name = name;
    }

    /** What the reference names. */
    public String name() {
      return name;
    }
  }

  private static final String OPENING = "${";

  private final Function<String, @Nullable String> properties;
  private final Map<String, String> env;
  private int made;

  /**
   * References to these.
   *
   * @param properties a property's value by its name, null if there is none
   * @param env what else values refer to
   */
  public Placeholders(Function<String, @Nullable String> properties, Map<String, String> env) {
    this.properties = properties;
    this.env = new HashMap<>(env);
  }

  /** What the references in values that were given out stand for, and the environment. */
  public Map<String, String> env() {
    return env;
  }

  /** The value with references that {@link #env} has. */
  public String referenced(String text) throws Unresolved {
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
        out.append(reference(text.substring(opening + OPENING.length(), end)));
        at = end + 1;
      }
      opening = text.indexOf(OPENING, end);
    }
    return out.append(text, at, text.length()).toString();
  }

  private String reference(String inner) throws Unresolved {
    int colon = inner.indexOf(':');
    String name = colon < 0 ? inner : inner.substring(0, colon);
    String value = properties.apply(name);
    if (value != null) {
      String variable = "PROPERTY_" + made++;
      env.put(variable, value);
      return OPENING + variable + "}";
    }
    if (colon < 0) {
      throw new Unresolved(name);
    }
    String usual = inner.substring(colon + 1);
    return referenced(usual.startsWith("-") ? usual.substring(1) : usual);
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
