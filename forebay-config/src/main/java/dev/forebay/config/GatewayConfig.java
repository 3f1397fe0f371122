package dev.forebay.config;

import dev.forebay.core.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole configuration that passed every check. Immutable; made by {@link ConfigFile}.
 *
 * @param targets by name, in the order of the file; every target of a route is among them
 * @param routes by the model id that callers ask for, in the order of the file; {@code "*"} takes
 *     every other model id
 * @param models what is known of the targets' models
 * @param sqs queues of Amazon SQS that are drained
 * @param warnings what is accepted but without effect, in the order of the file
 * @param places where in the file it says so
 */
public record GatewayConfig(
    ServerConfig server,
    Map<String, TargetConfig> targets,
    Map<String, RouteConfig> routes,
    ModelsConfig models,
    Optional<JobsConfig> jobs,
    List<SqsConfig> sqs,
    Optional<ClusterConfig> cluster,
    AuthConfig auth,
    Optional<TelemetryConfig> telemetry,
    List<Problem> warnings,
    Places places) {
  /** The route that takes every model id which has no route of its own. */
  public static final String ANY_MODEL = "*";

  public GatewayConfig {
    targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
    routes = Collections.unmodifiableMap(new LinkedHashMap<>(routes));
    sqs = List.copyOf(sqs);
    warnings = List.copyOf(warnings);
    routes.forEach(
        (modelId, route) ->
            Checks.check(
                route.route().name().equals(modelId),
                "routes",
                "must have each route under its own name",
                modelId));
    Checks.check(
        server.isLoopback() || !(auth instanceof AuthConfig.LoopbackOnly),
        "host",
        "must be a loopback address as long as anyone may call (see auth)",
        server.host());
  }

  /** Whether gateways of a cluster share answers of any route. */
  public boolean sharesAnswers() {
    return routes.values().stream().anyMatch(RouteConfig::sharesAnswers);
  }

  /**
   * The keys whose values here take effect at the next start only, in a gateway that was started
   * with another configuration.
   */
  public List<String> beyondReload(GatewayConfig started) {
    List<String> keys = new ArrayList<>();
    addUnless(server.host().equals(started.server.host()), "server.host", keys);
    addUnless(server.port() == started.server.port(), "server.port", keys);
    addUnless(server.tls().isPresent() == started.server.tls().isPresent(), "server.tls", keys);
    addUnless(server.stateFile().equals(started.server.stateFile()), "server.stateFile", keys);
    addUnless(
        server.maxHeldBytes().equals(started.server.maxHeldBytes()), "server.maxHeldBytes", keys);
    addUnless(jobs.equals(started.jobs), "jobs", keys);
    addUnless(sqs.equals(started.sqs), "sqs", keys);
    addUnless(cluster.equals(started.cluster), "cluster", keys);
    addUnless(telemetry.equals(started.telemetry), "telemetry", keys);
    return keys;
  }

  private static void addUnless(boolean same, String key, List<String> keys) {
    if (!same) {
      keys.add(key);
    }
  }

  /**
   * The same with other ways to reach the targets.
   *
   * @param reached by name: all targets that there are
   */
  public GatewayConfig calling(Map<String, TargetConfig> reached) {
    return new GatewayConfig(
        server, reached, routes, models, jobs, sqs, cluster, auth, telemetry, warnings, places);
  }

  /**
   * The same at another address.
   *
   * @throws IllegalArgumentException if others could reach it there and anyone may call
   */
  public GatewayConfig listeningOn(ServerConfig address) {
    return new GatewayConfig(
        address, targets, routes, models, jobs, sqs, cluster, auth, telemetry, warnings, places);
  }
}
