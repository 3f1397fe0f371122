package dev.forebay.core;

import java.util.Locale;

/**
 * How urgent a call is, the most urgent first. A class gets a target's capacity before all less
 * urgent ones, and leaves them a part of it free for those who come later.
 */
public enum Priority {
  /** Somebody waits in front of a screen: may use all of the capacity. */
  INTERACTIVE(0),
  /** The default. Leaves 5 %, enough that an interactive call seldom waits for a refill. */
  STANDARD(0.05),
  /**
   * Nobody waits for it. Leaves 30 %, because a batch always has more work: without a reserve it
   * would keep the capacity at zero, and every interactive call would wait.
   */
  BATCH(0.30);

  private final double headRoom;
  private final String label;

  Priority(double headRoom) {
    this.headRoom = headRoom;
    this.label = name().toLowerCase(Locale.ROOT);
  }

  /** The share of a target's capacity, 0 to 1, that must be left after a call is let through. */
  public double headRoom() {
    return headRoom;
  }

  /** The name in configuration, headers and metrics: lower case. */
  public String label() {
    return label;
  }
}
