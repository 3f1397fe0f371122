package dev.forebay.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration that stands elsewhere than in a file, such as in an application's properties. The
 * keys are the file's; {@link ConfigFile#parse(ConfigTree.Keys, String, Map)} reads it. Immutable.
 */
public sealed interface ConfigTree {
  /** Where it stands; messages name it. */
  SourcePosition place();

  /**
   * A single value.
   *
   * @param text as a file would have it, also of a number; a text with commas may stand for a list
   *     of single values, and an empty one for a section without keys or for an empty list
   */
  record Value(String text, SourcePosition place) implements ConfigTree {}

  /** A value that is not known where it is read, so that it cannot be checked. */
  record Unknown(SourcePosition place) implements ConfigTree {}

  /** A list, in its order. */
  record Items(List<ConfigTree> items, SourcePosition place) implements ConfigTree {
    /** Copies the list. */
    public Items {
      items = List.copyOf(items);
    }
  }

  /**
   * A section.
   *
   * @param keys in the order of messages; {@code maxAttempts} may be written {@code max-attempts}
   *     or {@code maxattempts}
   */
  record Keys(Map<String, ConfigTree> keys, SourcePosition place) implements ConfigTree {
    /** Keeps the order. */
    public Keys {
      keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }
  }

  /** Whether names lead from the root to a key of the configuration, or to a value below one. */
  static boolean isKey(List<String> path) {
    return TreeNodes.isKey(Settings.ROOT, path);
  }
}
