package dev.forebay.cli;

import dev.forebay.cluster.Fleet;
import dev.forebay.cluster.RedisStore;
import dev.forebay.config.ClusterConfig;
import dev.forebay.config.Credentials;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.targets.TargetRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The quotas that a gateway shares with others, as its configuration tells. Thread-safe. */
final class SharedQuotas implements AutoCloseable {
  private final Fleet fleet;

  private SharedQuotas(Fleet fleet) {
    this.fleet = fleet;
  }

  /**
   * Joins the fleet, if there is one.
   *
   * @throws UsageException if the store's address cannot be used
   */
  static Optional<SharedQuotas> join(GatewayConfig config, TargetRegistry targets, Ticker ticker) {
    return config
        .cluster()
        .map(
            cluster ->
                new SharedQuotas(
                    Fleet.join(
                        name(config),
                        store(cluster),
                        cluster.members(),
                        targets,
                        ticker,
                        quotas(config))));
  }

  /** Shares the quotas of another configuration's targets from now on. */
  void follow(GatewayConfig config) {
    fleet.share(quotas(config));
  }

  FleetReading reading() {
    return fleet.reading();
  }

  /** Gives everything back; waits a second at most. */
  @Override
  public void close() {
    fleet.close();
  }

  private static RedisStore store(ClusterConfig cluster) {
    try {
      return new RedisStore(cluster.url().reveal(), cluster.prefix());
    } catch (IllegalArgumentException e) {
      throw new UsageException("cluster.url is no address of a store: " + e.getMessage());
    }
  }

  /** What operators know this gateway by. */
  private static String name(GatewayConfig config) {
    String host = System.getenv("HOSTNAME");
    return (host == null || host.isBlank() ? config.server().host() : host)
        + ":"
        + config.server().port();
  }

  /** By target: two that stand for the same account, region and model have one quota. */
  static Map<Target, String> quotas(GatewayConfig config) {
    Map<Target, String> quotas = new LinkedHashMap<>();
    config.targets().values().forEach(target -> quotas.put(target.target(), quota(target)));
    return quotas;
  }

  private static String quota(TargetConfig target) {
    URI endpoint = target.endpoint();
    String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    return String.join(
        " ",
        account(target.credentials()),
        target.region(),
        target.model().orElse("*"),
        endpoint.getHost() + port);
  }

  /** As much as the configuration tells of the account; never a secret. */
  private static String account(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Default usual -> "default";
      case Credentials.Profile profile -> "profile:" + profile.name();
      case Credentials.Bearer bearer -> "bearer:" + shortDigest(bearer.token().reveal());
      case Credentials.Role role -> roleAccount(role.arn());
      case Credentials.Static key -> "key:" + key.accessKeyId();
      case Credentials.Anonymous none -> "anonymous";
    };
  }

  /** {@code arn:aws:iam::ACCOUNT:role/NAME}. */
  private static String roleAccount(String arn) {
    String[] parts = arn.split(":", -1);
    return parts.length > 4 && !parts[4].isBlank() ? parts[4] : "role:" + arn;
  }

  /** Tells keys apart without showing them. */
  private static String shortDigest(String secret) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
