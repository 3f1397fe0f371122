package dev.forebay.core;

import java.util.Locale;

/**
 * How long a call can wait, in three classes. Nobody passes a waiting call of a higher class:
 * otherwise small batch calls would starve large interactive ones.
 */
public enum Priority {
  /** A person waits for the answer. */
  INTERACTIVE(0),
  /** A program waits for the answer; the default. */
  STANDARD(0.05),
  /** Nobody waits. */
  BATCH(0.30);

  private final double headRoom;

  Priority(double headRoom) {
    this.headRoom = headRoom;
  }

  /**
   * The share of a target's bucket that a call of this class leaves to the higher ones, so that a
   * burst of these finds something: {@code h_c} of "admit iff L - N >= h_c * B".
   */
  public double headRoom() {
    return headRoom;
  }

  /** The value of the {@code x-forebay-priority} header. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
