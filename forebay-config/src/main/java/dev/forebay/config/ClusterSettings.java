package dev.forebay.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** The keys of several gateways that share quotas. */
final class ClusterSettings {
  private static final String FORM = "redis://host:6379 or rediss://host:6379";

  static final Setting<Secret> URL =
      Setting.required(
          "url",
          Urls.connection(ClusterSettings::check, "redis://", "rediss://"),
          "\"redis://127.0.0.1:6379\"",
          "The Valkey or Redis, 6.2 or later, through which gateways share quotas; rediss:// with"
              + " TLS.");
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
  static final Setting<Section> CLUSTER =
      Setting.optIn(
          "cluster",
          new SectionShape(URL, PREFIX, MEMBERS),
          "Several gateways that share their targets' quotas; when absent, there is one, and it uses"
              + " each quota alone.");

  private ClusterSettings() {}

  private static void check(String text) throws Refusal {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new Refusal(
          "is not a valid address",
          "write " + FORM + ", and encode special characters of a password as %XX");
    }
    if (uri.getHost() == null || uri.getPort() > 65_535) {
      throw new Refusal("has no valid host and port", "write " + FORM);
    }
    if (!uri.getRawPath().matches("/?|/[0-9]{1,4}")) {
      throw new Refusal("has a path that is no database's number", "write " + FORM + "/0");
    }
  }
}
