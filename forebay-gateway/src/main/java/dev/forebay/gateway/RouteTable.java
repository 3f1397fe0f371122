package dev.forebay.gateway;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route for a model id. InvokeModel's bodies differ between families of models, so for
 * these operations a route has only the targets whose family is the one asked for; Converse's
 * bodies are the same for all.
 */
final class RouteTable {
  private record Entry(RouteConfig config, ModelFamily asked, Route converse, Route invoke) {}

  private final Map<String, Entry> entries = new HashMap<>();
  private final String names;

  RouteTable(GatewayConfig config) {
    config.routes().forEach((name, route) -> entries.put(name, entry(name, route, config)));
    names = String.join(", ", config.routes().keySet());
  }

  Optional<Route> find(ModelPath path) {
    Entry entry = entries.get(path.modelId());
    if (entry == null) {
      entry = entries.get(GatewayConfig.ANY_MODEL);
    }
    return Optional.ofNullable(entry)
        .map(found -> isInvoke(path.operation()) ? found.invoke : found.converse);
  }

  /** What surrounds the calls of a route that was found here. */
  RouteConfig config(Route found) {
    return entry(found).config;
  }

  /** The family that callers write their bodies for, when they ask for that model. */
  ModelFamily family(Route found, ModelPath path) {
    ModelFamily own = ModelFamily.of(path.modelId());
    return own == ModelFamily.UNKNOWN ? entry(found).asked : own;
  }

  private Entry entry(Route found) {
    Entry entry = entries.get(found.name());
    if (entry == null) {
      throw new IllegalArgumentException("no such route: " + found.name());
    }
    return entry;
  }

  ErrorInfo noRoute(String modelId) {
    return new ErrorInfo(
        404,
        "ResourceNotFoundException",
        "No route for the model '%s'. Routes: %s.".formatted(modelId, names));
  }

  private static boolean isInvoke(Operation operation) {
    return operation == Operation.INVOKE || operation == Operation.INVOKE_STREAM;
  }

  private static Entry entry(String name, RouteConfig config, GatewayConfig gateway) {
    Route all = config.route();
    ModelFamily asked = askedFamily(name, all, gateway.targets());
    List<Tier> sameFamily = new ArrayList<>();
    for (Tier tier : all.tiers()) {
      List<Target> targets =
          tier.targets().stream()
              .filter(target -> serves(asked, gateway.targets().get(target.name())))
              .toList();
      if (!targets.isEmpty()) {
        sameFamily.add(new Tier(targets));
      }
    }
    Route invoke = sameFamily.isEmpty() ? all : all.withTiers(sameFamily);
    return new Entry(config, asked, all, invoke);
  }

  /**
   * The family that callers write their bodies for: the route's own model, else its first target.
   */
  private static ModelFamily askedFamily(
      String name, Route route, Map<String, TargetConfig> targets) {
    ModelFamily byName = ModelFamily.of(name);
    if (byName != ModelFamily.UNKNOWN) {
      return byName;
    }
    TargetConfig first = targets.get(route.tiers().getFirst().targets().getFirst().name());
    return first == null ? byName : first.model().map(ModelFamily::of).orElse(byName);
  }

  private static boolean serves(ModelFamily asked, @Nullable TargetConfig target) {
    if (target == null || asked == ModelFamily.UNKNOWN) {
      return true;
    }
    ModelFamily own = target.model().map(ModelFamily::of).orElse(asked);
    return own == asked || own == ModelFamily.UNKNOWN;
  }
}
