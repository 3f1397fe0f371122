package dev.forebay.core;

import java.util.Locale;

/**
 * How urgent a call is, the most urgent first. A class gets a target's capacity before all less
 * urgent ones, which leave it what it asked for over the last minute.
 */
public enum Priority {
  /** A person waits in front of a screen: may use all of the capacity. */
  INTERACTIVE(0),
  /** The default. */
  STANDARD(0.05),
  /**
   * No user waits for it. Stored calls begin only while 30 % of the quota stay free, because a
   * batch always has more work.
   */
  BATCH(0.30);

  private final double headRoom;
  private final String label;

  Priority(double headRoom) {
    this.headRoom = headRoom;
    this.label = name().toLowerCase(Locale.ROOT);
  }

  /** The share of a target's capacity, 0 to 1, that must be left after a stored call is begun. */
  public double headRoom() {
    return headRoom;
  }

  /** The name in configuration, headers and metrics: lower case. */
  public String label() {
    return label;
  }
}
