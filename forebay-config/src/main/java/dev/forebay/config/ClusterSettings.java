package dev.forebay.config;

import java.util.Base64;
import java.util.regex.Pattern;

/** The keys of several gateways that share quotas. */
final class ClusterSettings {
  private static final String KEY_REMEDY = "make one by: openssl rand -base64 32";

  static final Setting<Secret> URL =
      Setting.required(
          "url",
          Urls.connection(
              StoreAddress::parse,
              "redis://",
              "rediss://",
              "redis-sentinel://",
              "rediss-sentinel://",
              "redis-cluster://",
              "rediss-cluster://"),
          "\"redis://127.0.0.1:6379\"",
          "The Valkey or Redis, 6.2 or later, through which gateways share quotas; rediss with TLS;"
              + " redis-sentinel://host:26379,host:26379#name for the primary that sentinels know"
              + " by that name; redis-cluster:// for nodes of a Redis Cluster.");
  static final Setting<Secret> SENTINEL_PASSWORD =
      Setting.optional(
          "sentinelPassword",
          CredentialsShape.SECRET,
          "${SENTINEL_PASSWORD}",
          "The sentinels' own password, only by reference; when absent, they need none.");
  static final Setting<Pem> CA =
      Setting.optional(
          "ca",
          PemShape.CERTIFICATES,
          "/etc/forebay/store-ca.pem",
          "A PEM file of certificate authorities that are trusted for the store, in place of the"
              + " platform's.");
  static final Setting<String> PREFIX =
      Setting.defaulted(
          "prefix",
          Scalars.text("letters, digits, - and _", Pattern.compile("[A-Za-z0-9_-]{1,64}")),
          ClusterConfig.DEFAULT_PREFIX,
          "Keeps gateways that share nothing apart, where they use one store.");
  static final Setting<Integer> MEMBERS =
      Setting.defaulted(
          "members",
          Scalars.number(1, 10_000),
          ClusterConfig.DEFAULT_MEMBERS,
          "How many gateways there are, as long as the store has not said: one that starts without"
              + " it uses 1/members of each quota.");
  static final Setting<Integer> WEIGHT =
      Setting.defaulted(
          "weight",
          Scalars.number(1, ClusterConfig.MOST_WEIGHT),
          ClusterConfig.DEFAULT_WEIGHT,
          "What this gateway needs of a quota weighs so much beside what others need, where"
              + " together they need more than there is: one of weight 3 gets three times as large"
              + " a part of its need as one of weight 1, and never more than it needs.");
  static final Setting<Secret> ENCRYPTION_KEY =
      Setting.optional(
          "encryptionKey",
          CredentialsShape.secret(ClusterSettings::checkKey),
          "${FOREBAY_CLUSTER_KEY}",
          "Encrypts the answers that routes share, by AES-256-GCM: 32 bytes in base64, the same in"
              + " all gateways. With another key, answers that were kept before are not found. When"
              + " absent, they are not encrypted.");
  static final Setting<Section> CLUSTER =
      Setting.optIn(
          "cluster",
          new SectionShape(URL, SENTINEL_PASSWORD, CA, PREFIX, MEMBERS, WEIGHT, ENCRYPTION_KEY),
          "Several gateways that share their targets' quotas; when absent, there is one, and it"
              + " uses each quota alone.");

  private ClusterSettings() {}

  private static void checkKey(String text) throws Refusal {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal("is not base64", KEY_REMEDY);
    }
    if (key.length != ClusterConfig.KEY_BYTES) {
      throw new Refusal(
          "has " + key.length + " bytes instead of " + ClusterConfig.KEY_BYTES, KEY_REMEDY);
    }
  }
}
