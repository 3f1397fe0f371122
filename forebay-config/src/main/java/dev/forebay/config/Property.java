package dev.forebay.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One property of an application.
 *
 * @param name its elements below the prefix, from the outermost
 * @param place where it stands; messages name it
 */
public record Property(List<Element> name, String text, SourcePosition place) {
  /** Copies the name. */
  public Property {
    name = List.copyOf(name);
  }

  /**
   * A part of a name.
   *
   * @param typed as it is written
   * @param uniform in the form by which Spring compares: {@code max-attempts} and {@code
   *     maxAttempts} are one
   * @param index whether it is the number of an item of a list
   */
  public record Element(String typed, String uniform, boolean index) {}

  /** The elements of a whole name, such as {@code forebay.routes[a.model].tiers[0][0]}. */
  static List<Element> elements(String name) {
    List<Element> elements = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int at = 0;
    while (at < name.length()) {
      char next = name.charAt(at);
      if (next == '[') {
        addPlain(part, elements);
        int end = name.indexOf(']', at);
        String inner = name.substring(at + 1, end < 0 ? name.length() : end);
        // A bracket that nothing closes keeps its dots together, and is none otherwise.
        elements.add(end < 0 ? plain(inner) : new Element(inner, inner, inner.matches("\\d{1,9}")));
        at = end < 0 ? name.length() : end;
      } else if (next == '.') {
        addPlain(part, elements);
      } else {
        part.append(next);
      }
      at++;
    }
    addPlain(part, elements);
    return elements;
  }

  private static void addPlain(StringBuilder part, List<Element> elements) {
    Element element = plain(part.toString());
    if (!element.typed().isEmpty()) {
      elements.add(element);
    }
    part.setLength(0);
  }

  /** An element without brackets: Spring drops all but letters, digits, hyphens, underscores. */
  private static Element plain(String text) {
    String typed = text.replaceAll("[^A-Za-z0-9_-]", "");
    return new Element(typed, typed.replaceAll("[-_]", "").toLowerCase(Locale.ROOT), false);
  }
}
