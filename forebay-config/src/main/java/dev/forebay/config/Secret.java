package dev.forebay.config;

/** A text that must not be seen: its text is returned by {@link #reveal} only. */
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
