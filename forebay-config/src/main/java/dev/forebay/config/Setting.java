package dev.forebay.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The description of one key, from which reading, the schema and the list of defaults follow.
 *
 * @param defaultValue the value when the key is not given
 * @param example for a key without a default: a text that is a valid value
 * @param meaning one sentence, with unit and reason
 */
record Setting<T>(
    String name,
    Shape<T> shape,
    Presence presence,
    Optional<T> defaultValue,
    String example,
    String meaning) {
  /** What becomes of a file that does not give a key. */
  enum Presence {
    /** It is refused. */
    REQUIRED,
    /** It is accepted only where the meaning says so. */
    USUAL,
    /** It gets the default, or does without. */
    OPTIONAL,
    /** It does without a section whose presence alone means something. */
    OPT_IN
  }

  static <T> Setting<T> required(String name, Shape<T> shape, String example, String meaning) {
    return absent(name, shape, Presence.REQUIRED, example, meaning);
  }

  static <T> Setting<T> usual(String name, Shape<T> shape, String example, String meaning) {
    return absent(name, shape, Presence.USUAL, example, meaning);
  }

  static <T> Setting<T> optional(String name, Shape<T> shape, String example, String meaning) {
    return absent(name, shape, Presence.OPTIONAL, example, meaning);
  }

  /** A key with a default; the default's text is its example, so that the two cannot differ. */
  static <T> Setting<T> defaulted(String name, ScalarShape<T> shape, T value, String meaning) {
    return new Setting<>(
        name, shape, Presence.OPTIONAL, Optional.of(value), shape.show().apply(value), meaning);
  }

  static Setting<Section> section(String name, SectionShape shape, String meaning) {
    return absent(name, shape, Presence.OPTIONAL, "", meaning);
  }

  /** A section that turns something on by being there. */
  static Setting<Section> optIn(String name, SectionShape shape, String meaning) {
    return absent(name, shape, Presence.OPT_IN, "", meaning);
  }

  private static <T> Setting<T> absent(
      String name, Shape<T> shape, Presence presence, String example, String meaning) {
    return new Setting<>(name, shape, presence, Optional.empty(), example, meaning);
  }

  boolean required() {
    return presence == Presence.REQUIRED;
  }

  Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", meaning);
    defaultValue.ifPresent(
        value ->
            schema.put(
                "default", value instanceof Number || value instanceof Boolean ? value : example));
    schema.putAll(shape.schema());
    return schema;
  }
}
