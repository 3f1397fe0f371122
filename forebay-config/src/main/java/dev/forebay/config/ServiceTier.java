package dev.forebay.config;

import java.util.Locale;

/** How Bedrock ranks and prices a request. */
public enum ServiceTier {
  /** Before others, at a higher price. */
  PRIORITY,
  /** What a request gets that names no tier. */
  DEFAULT,
  /** After others, at a lower price. */
  FLEX,
  /** From the account's own reservation; beyond that Bedrock serves it from the default tier. */
  RESERVED;

  /** The name that requests carry. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
