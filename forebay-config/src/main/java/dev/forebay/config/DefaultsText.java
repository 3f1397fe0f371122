package dev.forebay.config;

/**
 * Writes every key as YAML, each below its meaning. What has a default or is required stands as it
 * is; what is off unless given, or not acted on yet, is commented out.
 */
final class DefaultsText {
  private static final int WIDTH = 100;

  private final StringBuilder out = new StringBuilder();

  String write(SectionShape root) {
    out.append("# Every key of a Forebay configuration, with its meaning and default.\n");
    out.append("# Values may refer to the environment: ${NAME} or ${NAME:-default};\n");
    out.append("# $${ is a literal ${.\n");
    root.settings().forEach(setting -> setting(setting, "", false));
    return out.toString();
  }

  private void setting(Setting<?> setting, String indent, boolean off) {
    boolean silent = off || !isLive(setting);
    if (indent.isEmpty()) {
      out.append('\n');
    }
    comment((setting.required() ? "Required. " : "") + setting.meaning(), indent);
    String start = indent + (silent ? "# " : "");
    switch (setting.shape()) {
      case ScalarShape<?> scalar -> line(start, setting.name() + ": " + setting.example());
      case ListShape<?> list -> list(setting, list, start, indent, silent);
      case SectionShape section -> {
        line(start, setting.name() + ":");
        section.settings().forEach(child -> setting(child, indent + "  ", silent));
      }
      case NamedShape named -> {
        line(start, setting.name() + ":");
        line(start, "  " + named.example() + ":");
        named.entry().settings().forEach(child -> setting(child, indent + "    ", silent));
      }
      case WordOrShape wordOr -> {
        line(start, setting.name() + ": " + wordOr.word());
        comment("or", indent);
        line(start, setting.name() + ":");
        wordOr.section().settings().forEach(child -> setting(child, indent + "  ", silent));
      }
    }
  }

  private void list(
      Setting<?> setting, ListShape<?> list, String start, String indent, boolean silent) {
    if (list.element() instanceof SectionShape element) {
      line(start, setting.name() + ":");
      line(start, "  -");
      element.settings().forEach(child -> setting(child, indent + "    ", silent));
    } else {
      line(start, setting.name() + ": " + setting.example());
    }
  }

  /** Whether the key may stand in the text without changing what an absent one means. */
  private static boolean isLive(Setting<?> setting) {
    if (setting.presence() == Setting.Presence.OPT_IN) {
      return false;
    }
    return setting.presence() != Setting.Presence.OPTIONAL
        || setting.defaultValue().isPresent()
        || (setting.shape() instanceof SectionShape section
            && section.settings().stream().allMatch(DefaultsText::isLive));
  }

  private void comment(String text, String indent) {
    StringBuilder line = new StringBuilder(indent).append('#');
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        line(line.toString(), "");
        line = new StringBuilder(indent).append('#');
      }
      line.append(' ').append(word);
    }
    line(line.toString(), "");
  }

  private void line(String start, String text) {
    out.append(start).append(text).append('\n');
  }
}
