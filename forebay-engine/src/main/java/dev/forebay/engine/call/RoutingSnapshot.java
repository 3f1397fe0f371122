package dev.forebay.engine.call;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.event.TargetLocation;
import dev.forebay.engine.Scheduler;
import dev.forebay.engine.credentials.GivenCredentials;
import dev.forebay.engine.route.OperationTarget;
import dev.forebay.engine.route.RouteTable;
import dev.forebay.engine.upstream.SignedTarget;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration with the routes and signed targets that are made of it. A call keeps to the one
 * that it began with, whatever is loaded meanwhile. Thread-safe.
 */
public class RoutingSnapshot {
  private final GatewayConfig config;
  private final RouteTable routes;
  private final Map<String, SignedTarget> targets = new LinkedHashMap<>();

  /** How often what a route stands for has changed, by its name. */
  private final Map<String, Integer> editions = new HashMap<>();

  private final Map<String, Set<String>> forwarded = new HashMap<>();

  private final Map<String, String> origins = new HashMap<>();

  private final AtomicInteger calls = new AtomicInteger();

  /**
   * Makes what the configuration names.
   *
   * @param before the configuration that this one takes the place of: targets that are the same
   *     keep their connections and credentials. Null for the first one
   * @param scheduler has credentials renewed
   */
  public RoutingSnapshot(
      GatewayConfig config, @Nullable RoutingSnapshot before, Scheduler scheduler) {
    this(config, before, scheduler, null);
  }

  /** The same where the program gives credentials in place of the default chain, or null. */
  public RoutingSnapshot(
      GatewayConfig config,
      @Nullable RoutingSnapshot before,
      Scheduler scheduler,
      @Nullable GivenCredentials given) {
    this.config = config;
    this.routes = new RouteTable(config);
    for (TargetConfig target : config.targets().values()) {
      String name = target.target().name();
      SignedTarget known = before == null ? null : before.targets.get(name);
      boolean same = known != null && known.config().equals(target);
      targets.put(name, same ? known : new SignedTarget(target, scheduler, given));
    }
    config.routes().keySet().forEach(name -> editions.put(name, edition(name, before)));
    config.routes().forEach((name, route) -> origins.put(name, origin(route)));
    config.routes().forEach((name, route) -> forwarded.put(name, forwarded(route)));
  }

  public final GatewayConfig config() {
    return config;
  }

  public final RouteTable routes() {
    return routes;
  }

  /** How a target is reached, also as one of CountTokens. */
  public final SignedTarget signedTarget(Target target) {
    SignedTarget signed = targets.get(target.name());
    if (signed == null) {
      signed = targets.get(OperationTarget.target(target.name(), OperationTarget.COUNT_TOKENS));
    }
    if (signed == null) {
      throw new IllegalStateException("no such target: " + target.name());
    }
    return signed;
  }

  /** Where a target is, also as one of an operation; unknown if there is none of that name. */
  public final TargetLocation place(String target) {
    SignedTarget known = targets.get(target);
    for (int i = 0; known == null && i < OperationTarget.OPERATIONS.size(); i++) {
      known = targets.get(OperationTarget.target(target, OperationTarget.OPERATIONS.get(i)));
    }
    return known == null ? TargetLocation.UNKNOWN : known.config().place();
  }

  public final Collection<SignedTarget> targets() {
    return targets.values();
  }

  /** Equal as long as the route stands for the same: what it answered then is its answer now. */
  public final int edition(String route) {
    return editions.getOrDefault(route, 0);
  }

  /** The callers' headers that any target of the route gets besides those that all get. */
  public final Set<String> forwardedHeaders(String route) {
    return forwarded.getOrDefault(route, Set.of());
  }

  /**
   * What the route's first tier consists of, in words that are the same in all processes: equal
   * where an answer of one process can be another one's.
   */
  public final String origin(String route) {
    return origins.getOrDefault(route, "");
  }

  private String origin(RouteConfig route) {
    return route.route().tiers().getFirst().targets().stream()
        .map(target -> signedTarget(target).config())
        .map(
            to ->
                to.model().orElse("*")
                    + ' '
                    + to.region()
                    + ' '
                    + to.endpoint()
                    + ' '
                    + to.serviceTier())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private Set<String> forwarded(RouteConfig route) {
    return route.route().tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .flatMap(target -> signedTarget(target).config().wire().forwardHeaders().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Runs the action when credentials have been asked for once, for every target that needs some: at
   * once if they have been, else on any thread.
   */
  public final void whenReady(Runnable action) {
    AtomicInteger missing = new AtomicInteger(targets.size() + 1);
    Runnable ready =
        () -> {
          if (missing.decrementAndGet() == 0) {
            action.run();
          }
        };
    targets.values().forEach(target -> target.signer().whenReady(ready));
    ready.run();
  }

  /** A call begins under this configuration. */
  public final void enter() {
    calls.incrementAndGet();
  }

  /** A call under this configuration is over; whether it was the last one for now. */
  final boolean leave() {
    return calls.decrementAndGet() == 0;
  }

  final boolean isIdle() {
    return calls.get() == 0;
  }

  private int edition(String route, @Nullable RoutingSnapshot before) {
    if (before == null) {
      return 0;
    }
    int last = before.edition(route);
    return answersAsIn(before, route) ? last : last + 1;
  }

  private boolean answersAsIn(RoutingSnapshot before, String route) {
    RouteConfig mine = config.routes().get(route);
    RouteConfig theirs = before.config.routes().get(route);
    if (mine == null || theirs == null) {
      return false;
    }
    Tier first = mine.route().tiers().getFirst();
    return first.equals(theirs.route().tiers().getFirst())
        && first.targets().stream()
            .allMatch(target -> signedTarget(target).equals(before.signedTarget(target)));
  }
}
