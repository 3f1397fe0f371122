package dev.forebay.config;

import java.util.regex.Pattern;

/** Names and texts of a file, made fit to stand in a one-line message. */
final class Quoted {
  private static final int MAX_LENGTH = 80;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
  private static final Pattern SIMPLE = Pattern.compile("[A-Za-z0-9_*-]{1,80}");

  private Quoted() {}

  static String text(String text) {
    String start = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    return "'" + printable(start) + "'";
  }

  static String printable(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }

  /**
   * A key below another one; a name with dots or colons is quoted, so that the path stays clear.
   */
  static String path(String parent, String name) {
    String last = SIMPLE.matcher(name).matches() ? name : text(name);
    return parent.isEmpty() ? last : parent + "." + last;
  }
}
