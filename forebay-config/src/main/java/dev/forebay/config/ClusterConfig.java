package dev.forebay.config;

import dev.forebay.core.Checks;
import java.util.Optional;

/**
 * Several gateways that share their targets' quotas.
 *
 * @param url a {@link StoreAddress}; secret, as it may hold a password
 * @param sentinelPassword that of the sentinels; empty if they need none
 * @param ca who is trusted for the store in place of the platform's authorities; empty for these
 * @param prefix keeps gateways that share nothing apart, where they use one store
 * @param members how many gateways there are, as long as the store has not said
 * @param encryptionKey 32 bytes in base64, by which shared answers are encrypted; empty: they are
 *     not
 */
public record ClusterConfig(
    Secret url,
    Optional<Secret> sentinelPassword,
    Optional<Pem> ca,
    String prefix,
    int members,
    Optional<Secret> encryptionKey) {
  /** Of AES-256. */
  static final int KEY_BYTES = 32;

  static final String DEFAULT_PREFIX = "default";

  /** Nobody needs a cluster for one; more would leave quota idle in the smallest one. */
  static final int DEFAULT_MEMBERS = 2;

  /** By a public certificate or none, and sentinels without a password. */
  public ClusterConfig(Secret url, String prefix, int members, Optional<Secret> encryptionKey) {
    this(url, Optional.empty(), Optional.empty(), prefix, members, encryptionKey);
  }

  public ClusterConfig {
    Checks.check(members >= 1, "members", "must be at least 1", members);
  }

  /** The same, but for how many gateways there are. */
  public ClusterConfig withMembers(int known) {
    return new ClusterConfig(url, sentinelPassword, ca, prefix, known, encryptionKey);
  }
}
