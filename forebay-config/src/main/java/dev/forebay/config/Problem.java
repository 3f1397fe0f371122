package dev.forebay.config;

/**
 * One thing that is wrong with a configuration, or worth a warning. No part of it ever shows a
 * secret.
 *
 * @param path the key it is about, such as {@code routes.chat.retry.jitter}; empty for the whole
 * @param message what is wrong
 * @param remedy what to do about it
 */
public record Problem(Place place, String path, String message, String remedy) {
  /** The problem as one line: {@code file:line:column: path: message; remedy}. */
  @Override
  public String toString() {
    return place + ": " + (path.isEmpty() ? "" : path + ": ") + message + "; " + remedy;
  }
}
