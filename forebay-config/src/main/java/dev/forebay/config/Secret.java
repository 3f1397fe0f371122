package dev.forebay.config;

/** A text that must not be seen: it shows itself only to who asks by {@link #reveal}. */
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
