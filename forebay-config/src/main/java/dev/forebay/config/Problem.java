package dev.forebay.config;

import java.util.Comparator;

/**
 * One thing that is wrong with a configuration, or worth a warning. No part of it ever shows a
 * secret.
 *
 * @param path the key it is about, such as {@code routes.chat.retry.jitter}; empty for the whole
 * @param message what is wrong
 * @param remedy what to do about it
 */
public record Problem(SourcePosition place, String path, String message, String remedy) {
  /** In the order of the file. */
  public static final Comparator<Problem> BY_PLACE =
      Comparator.comparing(
          Problem::place,
          Comparator.comparingInt(SourcePosition::line).thenComparingInt(SourcePosition::column));

  /** The problem as one line: {@code file:line:column: path: message; remedy}. */
  @Override
  public String toString() {
    return place + ": " + (path.isEmpty() ? "" : path + ": ") + message + "; " + remedy;
  }
}
