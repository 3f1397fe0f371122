package dev.forebay.config;

import dev.forebay.core.Checks;
import java.util.Optional;

/**
 * Several gateways that share their targets' quotas.
 *
 * @param url a {@link StoreAddress}; secret, as it may hold a password
 * @param sentinelPassword that of the sentinels; empty if they need none
 * @param ca the authorities that are trusted for the store in place of the platform's; empty for
 *     these
 * @param prefix separates gateways that share nothing but use one store
 * @param members how many gateways there are, as long as the store has not answered
 * @param weight of what this gateway needs of a quota beside what others need, where together they
 *     need more than there is; from 1 to 1000
 * @param encryptionKey 32 bytes in base64, by which shared answers are encrypted; empty: they are
 *     not
 */
public record ClusterConfig(
    Secret url,
    Optional<Secret> sentinelPassword,
    Optional<Pem> ca,
    String prefix,
    int members,
    int weight,
    Optional<Secret> encryptionKey) {
  /** Of AES-256. */
  static final int KEY_BYTES = 32;

  static final String DEFAULT_PREFIX = "default";

  /** A cluster has two members at least; assuming more would leave quota unused. */
  static final int DEFAULT_MEMBERS = 2;

  public static final int DEFAULT_WEIGHT = 1;

  /** As that of a key; what a store computes with it is exact. */
  static final int MOST_WEIGHT = 1_000;

  /** By a public certificate or none, sentinels without a password, and of the usual weight. */
  public ClusterConfig(Secret url, String prefix, int members, Optional<Secret> encryptionKey) {
    this(url, Optional.empty(), Optional.empty(), prefix, members, DEFAULT_WEIGHT, encryptionKey);
  }

  public ClusterConfig {
    Checks.check(members >= 1, "members", "must be at least 1", members);
    Checks.check(
        weight >= 1 && weight <= MOST_WEIGHT, "weight", "must be from 1 to " + MOST_WEIGHT, weight);
  }

  /** The same, but for how many gateways there are. */
  public ClusterConfig withMembers(int known) {
    return new ClusterConfig(url, sentinelPassword, ca, prefix, known, weight, encryptionKey);
  }
}
