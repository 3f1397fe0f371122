package dev.forebay.client;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Route;
import dev.forebay.engine.Scheduler;
import dev.forebay.engine.call.RoutingSnapshot;
import dev.forebay.engine.credentials.GivenCredentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.regions.Region;

/**
 * The configured routes, and those that are made for models which no configuration names.
 * Thread-safe.
 */
final class Routing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Routing.class);

  /**
   * Models beyond these share what is learned of a place, and its credentials: ids may come from a
   * program's input.
   */
  private static final int MOST_MODELS = 100;

  /** Regions that the SDK does not know and calls have named: these may come from input too. */
  private static final int MOST_UNKNOWN_REGIONS = 20;

  private final @Nullable RoutingSnapshot configured;
  private final @Nullable AnyModel anyModel;
  private final Scheduler scheduler;
  private final @Nullable GivenCredentials given;
  private final ClientCredentials ofClients;
  private final Runnable changed;
  private final Supplier<String> usualRegion = Regions.ofChain();

  /** What a route was made for. */
  private record Made(AnyModel.Place in, String modelId) {}

  private final Map<Made, RoutingSnapshot> made = new ConcurrentHashMap<>();

  /** For all other models of a place. */
  private final Map<AnyModel.Place, RoutingSnapshot> shared = new ConcurrentHashMap<>();

  private final Set<String> unknownRegions = ConcurrentHashMap.newKeySet();

  /**
   * Routes of a configuration, and of any model.
   *
   * @param given for targets that are not to use others; null for the SDK's default chain
   * @param ofClients in place of those, for models that no configuration names
   * @param changed runs when there are more
   */
  Routing(
      @Nullable GatewayConfig config,
      @Nullable AnyModel anyModel,
      Scheduler scheduler,
      @Nullable GivenCredentials given,
      ClientCredentials ofClients,
      Runnable changed) {
    this.configured = config == null ? null : new RoutingSnapshot(config, null, scheduler, given);
    this.anyModel = anyModel;
    this.scheduler = scheduler;
    this.given = given;
    this.ofClients = ofClients;
    this.changed = changed;
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
    AnyModel.Place in = placeOf(any, Optional.empty(), client);
    Made key = new Made(in, modelId);
    RoutingSnapshot own = made.get(key);
    if (own != null) {
      return Optional.of(own);
    }
    return Optional.of(made.size() < MOST_MODELS ? ownOf(key, any) : others(any, in));
  }

  private AnyModel.Place placeOf(
      AnyModel any, Optional<String> named, Optional<ClientEndpoint> client) {
    return any.placeOf(named, client, ofClients.numberOf(client), usualRegion);
  }

  private RoutingSnapshot ownOf(Made key, AnyModel any) {
    try {
      RoutingSnapshot own =
          made.computeIfAbsent(key, k -> snapshot(any.route(k.modelId(), k.in()), k.in()));
      changed.run();
      return own;
    } catch (IllegalArgumentException e) {
      // Such an id names no route. What Bedrock says of it is the caller's answer.
      return others(any, key.in());
    }
  }

  private RoutingSnapshot others(AnyModel any, AnyModel.Place in) {
    RoutingSnapshot known = shared.get(in);
    if (known != null) {
      return known;
    }
    RoutingSnapshot own = shared.computeIfAbsent(in, k -> snapshot(any.others(in), in));
    changed.run();
    return own;
  }

  private RoutingSnapshot snapshot(GatewayConfig config, AnyModel.Place in) {
    GivenCredentials own = ofClients.of(in.credentials());
    return new RoutingSnapshot(config, null, scheduler, own == null ? given : own);
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
    if (!client.region().equals(named) && named.filter(region -> !mayExist(region)).isPresent()) {
      return Optional.empty();
    }
    AnyModel.Place in = placeOf(any, named, Optional.of(client));
    try {
      return Optional.of(others(any, in));
    } catch (IllegalArgumentException e) {
      log.debug("No target can be made in {}", in, e);
      return Optional.empty();
    }
  }

  private boolean mayExist(String region) {
    return Region.regions().stream().anyMatch(known -> known.id().equals(region))
        || unknownRegions.contains(region)
        || (unknownRegions.size() < MOST_UNKNOWN_REGIONS && unknownRegions.add(region));
  }

  private List<RoutingSnapshot> all() {
    List<RoutingSnapshot> all = new ArrayList<>();
    if (configured != null) {
      all.add(configured);
    }
    all.addAll(made.values());
    all.addAll(shared.values());
    return all;
  }

  /** The names of the routes. */
  List<String> names() {
    RoutingSnapshot known = configured;
    return known == null ? List.of() : List.copyOf(known.config().routes().keySet());
  }

  /** The configurations whose routes are known by now. */
  List<GatewayConfig> configs() {
    return all().stream().map(RoutingSnapshot::config).toList();
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
        ? usualRegion.get()
        : placeOf(any, Optional.empty(), Optional.empty()).region();
  }

  @Override
  public void close() {
    all().forEach(snapshot -> snapshot.targets().forEach(target -> target.signer().close()));
  }
}
