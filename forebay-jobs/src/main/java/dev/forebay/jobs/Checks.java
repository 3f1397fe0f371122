package dev.forebay.jobs;

/** Validation for record constructors: each message names the field and the offending value. */
public final class Checks {
  private Checks() {}

  public static void check(boolean holds, String name, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + rule + ", was " + value);
    }
  }
}
