package dev.forebay.emulator;

import java.util.Set;

/**
 * One emulated model.
 *
 * @param family the request and response dialect of InvokeModel
 * @param maxTokens the largest maximum a request may ask for, and the one it gets if it asks for
 *     none
 * @param outputTokens how long answers are, before the request's maximum cuts them
 * @param serviceTiers the service tiers that a request may name
 */
public record ModelConfig(
    Family family,
    int maxTokens,
    Quota quota,
    Latency latency,
    Distribution outputTokens,
    Set<String> serviceTiers) {

  /** Mostly a few paragraphs, at times a page or three. */
  static final Distribution TYPICAL_OUTPUT = new Distribution.LogNormal(200, 1200);

  static final int TYPICAL_MAX_TOKENS = 8192;

  /** Checks that an answer may have at least one token. */
  public ModelConfig {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("expected maxTokens of at least 1, not " + maxTokens);
    }
    serviceTiers = Set.copyOf(serviceTiers);
  }

  /** A model that has every service tier. */
  public ModelConfig(
      Family family, int maxTokens, Quota quota, Latency latency, Distribution outputTokens) {
    this(family, maxTokens, quota, latency, outputTokens, Tier.ALL);
  }

  /** The same in the form of another family. */
  ModelConfig in(Family other) {
    return new ModelConfig(other, maxTokens, quota, latency, outputTokens, serviceTiers);
  }

  /** A model of that family with no quota and typical latency. */
  public static ModelConfig of(Family family) {
    return new ModelConfig(
        family, TYPICAL_MAX_TOKENS, Quota.UNLIMITED, Latency.TYPICAL, TYPICAL_OUTPUT);
  }
}
