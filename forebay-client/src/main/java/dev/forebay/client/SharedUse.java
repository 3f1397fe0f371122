package dev.forebay.client;

import dev.forebay.cluster.SharedQuotas;
import dev.forebay.config.ClusterConfig;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Ticker;
import dev.forebay.core.targets.TargetRegistry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The program's part in quotas that it shares with gateways and other programs. Only a program that
 * configures {@code cluster} needs the artifact that does it. Thread-safe.
 */
final class SharedUse {
  private static final String ARTIFACT = "dev.forebay:forebay-cluster";

  private final SharedQuotas quotas;

  private SharedUse(SharedQuotas quotas) {
    this.quotas = quotas;
  }

  /**
   * Null if nothing is shared.
   *
   * @throws IllegalStateException if the artifact is missing
   * @throws IllegalArgumentException if the store's address cannot be used
   */
  static @Nullable SharedUse of(
      @Nullable GatewayConfig config, TargetRegistry registry, Ticker ticker) {
    ClusterConfig cluster = config == null ? null : config.cluster().orElse(null);
    if (config == null || cluster == null) {
      return null;
    }
    try {
      return new SharedUse(
          SharedQuotas.joinWhileUsed(
              cluster, name(System.getenv()), config.targets().values(), registry, ticker));
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "The configuration has 'cluster', but %s is not on the class path: add it to share the quotas, or remove 'cluster' to use them alone"
              .formatted(ARTIFACT),
          e);
    }
  }

  /** What operators know the program by. */
  static String name(Map<String, String> env) {
    for (String variable : List.of("AWS_LAMBDA_FUNCTION_NAME", "HOSTNAME")) {
      String name = env.getOrDefault(variable, "");
      if (!name.isBlank()) {
        return name;
      }
    }
    return "program:" + ProcessHandle.current().pid();
  }

  /** A call begins. */
  void used() {
    quotas.used();
  }

  /** Shares the quotas of all targets of these. */
  void share(Collection<GatewayConfig> configs) {
    List<TargetConfig> targets =
        configs.stream().flatMap(config -> config.targets().values().stream()).toList();
    quotas.share(targets);
  }

  /** The answers that routes may share. */
  SharedAnswers answers() {
    return quotas.answers();
  }

  FleetReading reading() {
    return quotas.reading();
  }

  /** Gives everything back; waits a second at most. */
  void close() {
    quotas.close();
  }
}
