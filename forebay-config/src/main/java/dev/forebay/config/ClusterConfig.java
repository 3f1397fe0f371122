package dev.forebay.config;

import dev.forebay.core.Checks;

/**
 * Several gateways that share their targets' quotas.
 *
 * @param url {@code redis://...} or {@code rediss://...}; secret, as it may hold a password
 * @param prefix keeps gateways that share nothing apart, where they use one store
 * @param members how many gateways there are, as long as the store has not said
 */
public record ClusterConfig(Secret url, String prefix, int members) {
  static final String DEFAULT_PREFIX = "default";

  /** Nobody needs a cluster for one; more would leave quota idle in the smallest one. */
  static final int DEFAULT_MEMBERS = 2;

  public ClusterConfig {
    Checks.check(members >= 1, "members", "must be at least 1", members);
  }
}
