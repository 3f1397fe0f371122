package dev.forebay.core;

import java.time.Duration;

/** Validation for record constructors: each message names the field and the offending value. */
public final class Checks {
  private Checks() {}

  static void positive(String name, Duration value) {
    check(!value.isNegative() && !value.isZero(), name, "must be positive", value);
  }

  static void notNegative(String name, Duration value) {
    check(!value.isNegative(), name, "must not be negative", value);
  }

  public static void check(boolean holds, String name, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + rule + ", was " + value);
    }
  }
}
