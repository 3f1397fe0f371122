package dev.forebay.core;

import java.util.Locale;

/** Why a complete answer may be unusable. A route may name those that let its calls fall back. */
public enum Flaw {
  /** The model declined. */
  REFUSAL,
  /**
   * The service filtered what the model said. A guardrail of the caller's own is no such filter.
   */
  CONTENT_FILTERED,
  /** The model called a tool, or ended, in a form that cannot be read. */
  MALFORMED,
  /** The model ended its turn without text or a tool's use; reasoning alone is neither. */
  EMPTY,
  /** The model ran out of its context window. */
  CONTEXT_WINDOW;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** Its name in configuration, logs and metric labels. */
  public String label() {
    return label;
  }
}
