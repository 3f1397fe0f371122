package dev.forebay.simulator;

/** How urgent a call is. */
public enum Priority {
  INTERACTIVE,
  STANDARD,
  BATCH
}
