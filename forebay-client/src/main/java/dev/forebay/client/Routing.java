package dev.forebay.client;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Route;
import dev.forebay.engine.Scheduler;
import dev.forebay.engine.call.RoutingSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The configured routes, and those that are made for models which no configuration names.
 * Thread-safe.
 */
final class Routing implements AutoCloseable {
  /**
   * Models beyond these share what is learned of a place, and its credentials: ids may come from a
   * program's input.
   */
  private static final int MOST_MODELS = 100;

  private final @Nullable RoutingSnapshot configured;
  private final @Nullable AnyModel anyModel;
  private final Scheduler scheduler;

  /** What a route was made for. */
  private record Made(AnyModel.Place in, String modelId) {}

  private final Map<Made, RoutingSnapshot> made = new ConcurrentHashMap<>();

  Routing(@Nullable GatewayConfig config, @Nullable AnyModel anyModel, Scheduler scheduler) {
    this.configured = config == null ? null : new RoutingSnapshot(config, null, scheduler);
    this.anyModel = anyModel;
    this.scheduler = scheduler;
  }

  /**
   * What has a route for the model; empty if nothing may have one.
   *
   * @param client the endpoint of the client that asks; empty if none does
   */
  Optional<RoutingSnapshot> find(String modelId, Optional<ClientEndpoint> client) {
    RoutingSnapshot known = configured;
    AnyModel any = anyModel;
    if (known != null && (any == null || routeOf(known, modelId).isPresent())) {
      return routeOf(known, modelId).map(route -> known);
    }
    if (any == null) {
      return Optional.empty();
    }
    AnyModel.Place in = any.placeOf(Optional.empty(), client);
    Made key = new Made(in, modelId);
    RoutingSnapshot own = made.get(key);
    if (own != null) {
      return Optional.of(own);
    }
    return Optional.of(
        made.size() < MOST_MODELS
            ? made.computeIfAbsent(key, k -> snapshot(any.route(modelId, in)))
            : others(any, in));
  }

  private RoutingSnapshot others(AnyModel any, AnyModel.Place in) {
    return made.computeIfAbsent(
        new Made(in, GatewayConfig.ANY_MODEL), k -> snapshot(any.others(in)));
  }

  private RoutingSnapshot snapshot(GatewayConfig config) {
    return new RoutingSnapshot(config, null, scheduler);
  }

  /** The route of a model in what was found for it. */
  static Optional<RouteConfig> routeOf(RoutingSnapshot in, String modelId) {
    return in.routes()
        .find(new ModelPath(Operation.CONVERSE, modelId, modelId))
        .map(entry -> entry.config());
  }

  /**
   * Where calls go that are for no model: to any target of the configuration.
   *
   * @param named the region of what the call names, if it does
   */
  Optional<RoutingSnapshot> ofNoModel(Optional<String> named, ClientEndpoint client) {
    RoutingSnapshot known = configured;
    AnyModel any = anyModel;
    if (known != null || any == null) {
      return Optional.ofNullable(known);
    }
    return Optional.of(others(any, any.placeOf(named, Optional.of(client))));
  }

  /** The names of the routes. */
  List<String> names() {
    RoutingSnapshot known = configured;
    return known == null ? List.of() : List.copyOf(known.config().routes().keySet());
  }

  /** The configurations whose routes are known by now. */
  List<GatewayConfig> configs() {
    List<GatewayConfig> all = new ArrayList<>();
    if (configured != null) {
      all.add(configured.config());
    }
    made.values().forEach(snapshot -> all.add(snapshot.config()));
    return all;
  }

  /** The longest deadline of any route. */
  Duration longestDeadline() {
    RoutingSnapshot known = configured;
    Duration longest = anyModel == null ? Duration.ZERO : Route.DEFAULT_DEADLINE;
    if (known != null) {
      for (RouteConfig route : known.config().routes().values()) {
        Duration own = route.route().deadline();
        longest = own.compareTo(longest) > 0 ? own : longest;
      }
    }
    return longest;
  }

  /** A region for a client whose region has no meaning, or that of all that it calls. */
  String regionForClients() {
    RoutingSnapshot known = configured;
    AnyModel any = anyModel;
    if (known != null) {
      return known.config().targets().values().iterator().next().region();
    }
    return any == null
        ? Regions.fromChain()
        : any.placeOf(Optional.empty(), Optional.empty()).region();
  }

  @Override
  public void close() {
    List<RoutingSnapshot> all = new ArrayList<>(made.values());
    if (configured != null) {
      all.add(configured);
    }
    all.forEach(snapshot -> snapshot.targets().forEach(target -> target.signer().close()));
  }
}
