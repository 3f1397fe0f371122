package dev.forebay.cli.top;

import java.util.List;

/** Fits lines into a terminal's width, and colours them where it has colours. */
record Screen(int columns, boolean colours) {
  /** The text in as many lines as it takes, each indented like the first. */
  void wrapped(String first, String text, String style, List<String> lines) {
    String start = first;
    StringBuilder line = new StringBuilder(start);
    for (String word : text.split(" ", 0)) {
      boolean empty = line.length() == start.length();
      if (!empty && line.length() + 1 + word.length() > columns) {
        lines.add(styled(line.toString(), style));
        start = " ".repeat(first.length());
        line = new StringBuilder(start);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      while (line.length() > columns) {
        lines.add(styled(line.substring(0, columns), style));
        start = " ".repeat(first.length());
        line = new StringBuilder(start).append(line.substring(columns));
      }
    }
    if (line.length() > start.length()) {
      lines.add(styled(line.toString(), style));
    }
  }

  String fit(String line) {
    return line.length() <= columns ? line : line.substring(0, columns - 1) + '~';
  }

  String styled(String line, String style) {
    String code =
        switch (style) {
          case "ok" -> "1;32";
          case "warning" -> "33";
          case "critical" -> "31";
          case "quiet" -> "2";
          default -> "";
        };
    return !colours || code.isEmpty() ? line : "\u001b[" + code + "m" + line + "\u001b[0m";
  }

  /** Commands and keys stand in backticks where they can be set apart. */
  static String plain(String text) {
    return text.replace("`", "");
  }
}
