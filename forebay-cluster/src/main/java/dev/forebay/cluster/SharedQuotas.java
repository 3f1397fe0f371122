package dev.forebay.cluster;

import dev.forebay.config.ClusterConfig;
import dev.forebay.config.Credentials;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.targets.TargetRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The quotas and answers that a gateway or a program shares with others, by its configuration.
 * Thread-safe.
 */
public final class SharedQuotas implements AutoCloseable {
  private final Fleet fleet;
  private final ClusterAnswers answers;

  private SharedQuotas(Fleet fleet, RedisStore store, ClusterConfig cluster) {
    this.fleet = fleet;
    byte[] key =
        cluster
            .encryptionKey()
            .map(secret -> Base64.getDecoder().decode(secret.reveal()))
            .orElse(null);
    this.answers =
        new ClusterAnswers(
            store.answers(), new AnswerCipher(key), StoreTimers.system("forebay-answers"));
  }

  /**
   * Joins the fleet as a gateway, which is there until it is closed.
   *
   * @param name what operators know it by
   * @param targets those whose quotas are shared
   * @param registry what the calls know of them
   * @param ticker the calls' clock
   * @throws IllegalArgumentException if the store's address cannot be used
   */
  public static SharedQuotas join(
      ClusterConfig cluster,
      String name,
      Collection<TargetConfig> targets,
      TargetRegistry registry,
      Ticker ticker) {
    RedisStore store = store(cluster);
    return new SharedQuotas(
        Fleet.join(name, store, cluster.members(), registry, ticker, quotas(targets)),
        store,
        cluster);
  }

  /** The same as a program, which is there as long as it makes calls: see {@link #used}. */
  public static SharedQuotas joinWhileUsed(
      ClusterConfig cluster,
      String name,
      Collection<TargetConfig> targets,
      TargetRegistry registry,
      Ticker ticker) {
    RedisStore store = store(cluster);
    return new SharedQuotas(
        Fleet.joinWhileUsed(name, store, cluster.members(), registry, ticker, quotas(targets)),
        store,
        cluster);
  }

  /** A call begins. */
  public void used() {
    fleet.used();
  }

  /** Shares the quotas of these targets from now on, and no others. */
  public void share(Collection<TargetConfig> targets) {
    fleet.share(quotas(targets));
  }

  /** What is known of the fleet. */
  public FleetReading reading() {
    return fleet.reading();
  }

  /** The same, and for some seconds from now on which member has which part. */
  public FleetReading watched() {
    return fleet.watched();
  }

  /** The answers that processes share through the same store. */
  public SharedAnswers answers() {
    return answers;
  }

  /** Connects for the first search of shared answers. */
  public void prepareAnswers() {
    answers.prepare();
  }

  /** Gives everything back; waits a second at most. */
  @Override
  public void close() {
    answers.close();
    fleet.close();
  }

  private static RedisStore store(ClusterConfig cluster) {
    return new RedisStore(cluster);
  }

  /** By target: two that stand for the same account, region and model have one quota. */
  static Map<Target, String> quotas(Collection<TargetConfig> targets) {
    Map<Target, String> quotas = new LinkedHashMap<>();
    targets.forEach(target -> quotas.put(target.target(), quota(target)));
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

  /** As much as the configuration shows of the account; never a secret. */
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

  /** Distinguishes keys without showing them. */
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
