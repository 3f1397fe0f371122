package dev.forebay.gateway;

import dev.forebay.bedrock.ModelFamilies;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the route for a model id, and what is known of its targets whatever the call. */
final class RouteTable {
  /**
   * A route.
   *
   * @param asked the model that its callers count on
   * @param others the targets that are not that model itself, by name
   */
  record Entry(RouteConfig config, AskedModel asked, Set<String> others) {
    Route route() {
      return config.route();
    }
  }

  private final GatewayConfig gateway;
  private final ModelFamilies families = ModelFamilies.BUILT_IN;
  private final Map<String, Entry> entries = new HashMap<>();
  private final String names;

  RouteTable(GatewayConfig config) {
    gateway = config;
    config.routes().forEach((name, route) -> entries.put(name, entry(name, route)));
    names = String.join(", ", config.routes().keySet());
  }

  Optional<Entry> find(ModelPath path) {
    Entry named = entries.get(path.modelId());
    if (named != null) {
      return Optional.of(named);
    }
    return Optional.ofNullable(entries.get(GatewayConfig.ANY_MODEL))
        .map(any -> entry(path.modelId(), any.config));
  }

  ErrorInfo noRoute(String modelId) {
    return new ErrorInfo(
        404,
        "ResourceNotFoundException",
        "No route for the model '%s'. Routes: %s.".formatted(modelId, names));
  }

  private Entry entry(String name, RouteConfig config) {
    List<Target> targets =
        config.route().tiers().stream().flatMap(tier -> tier.targets().stream()).toList();
    AskedModel asked = AskedModel.of(name, model(targets.getFirst(), name), families);
    Set<String> others = new HashSet<>();
    for (Target target : targets) {
      if (!asked.isItself(model(target, name))) {
        others.add(target.name());
      }
    }
    return new Entry(config, asked, others);
  }

  /** The model that is called there when the caller asks for this one. */
  private String model(Target target, String asked) {
    TargetConfig config = gateway.targets().get(target.name());
    return config == null ? asked : config.model().orElse(asked);
  }
}
