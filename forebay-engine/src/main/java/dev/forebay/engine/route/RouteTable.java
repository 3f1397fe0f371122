package dev.forebay.engine.route;

import dev.forebay.bedrock.ModelFamilies;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.model.Capabilities;
import dev.forebay.bedrock.model.Feature;
import dev.forebay.bedrock.model.ModelTable;
import dev.forebay.bedrock.translate.AdaptationSettings;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.bedrock.translate.MissingFeatures;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.ServiceTier;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the route for a model id, and what is known of its targets whatever the call. */
public final class RouteTable {
  /**
   * A route.
   *
   * @param counting the same for CountTokens, whose quotas and faults are not the model's
   * @param asked the model that its callers count on
   * @param others the targets that are not that model itself, by name, or take another form of body
   * @param foreign those of them that serve another model, see {@link
   *     dev.forebay.core.Eligibility#servesAnother}
   * @param unfit why targets serve no call at all, by name
   * @param models what is known of models
   */
  public record Entry(
      RouteConfig config,
      Route counting,
      AskedModel asked,
      Set<String> others,
      Set<String> foreign,
      Map<String, String> unfit,
      ModelTable models) {
    public Route route() {
      return config.route();
    }

    public Route route(Operation operation) {
      return operation == Operation.COUNT_TOKENS ? counting : route();
    }

    /** The targets of all tiers, in order. */
    public List<Target> targets() {
      return route().tiers().stream().flatMap(tier -> tier.targets().stream()).toList();
    }

    /** By what its calls are fitted to other models. */
    AdaptationSettings adaptationSettings(MissingFeatures adaptations) {
      return new AdaptationSettings(models, config.adapt() == RouteConfig.Adapt.SAFE, adaptations);
    }
  }

  private final GatewayConfig gateway;
  private final ModelFamilies families;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final String names;

  public RouteTable(GatewayConfig config) {
    gateway = config;
    families = config.models().families();
    config.routes().forEach((name, route) -> entries.put(name, entry(name, route)));
    names = String.join(", ", config.routes().keySet());
  }

  public Optional<Entry> find(ModelPath path) {
    Entry named = entries.get(path.modelId());
    if (named != null) {
      return Optional.of(named);
    }
    return Optional.ofNullable(entries.get(GatewayConfig.ANY_MODEL))
        .map(any -> entry(path.modelId(), any.config));
  }

  public ErrorInfo noRoute(String modelId) {
    return new ErrorInfo(
        404,
        "ResourceNotFoundException",
        "No route for the model '%s'. Routes: %s.".formatted(modelId, names));
  }

  /** The routes that are for a model that is known beforehand, by its name. */
  public Map<String, Entry> named() {
    Map<String, Entry> named = new LinkedHashMap<>();
    entries.forEach(
        (name, entry) -> {
          if (!name.equals(GatewayConfig.ANY_MODEL)) {
            named.put(name, entry);
          }
        });
    return named;
  }

  /** What is said of a model that does not have a service tier; empty if it may have it. */
  public static Optional<String> withoutTier(Capabilities model, ServiceTier tier) {
    Optional<Feature> feature =
        switch (tier) {
          case PRIORITY -> Optional.of(Feature.PRIORITY_TIER);
          case FLEX -> Optional.of(Feature.FLEX_TIER);
          case RESERVED -> Optional.of(Feature.RESERVED_TIER);
          case DEFAULT -> Optional.empty();
        };
    return feature.filter(needed -> !model.has(needed)).map(Feature::objection);
  }

  private Entry entry(String name, RouteConfig config) {
    List<Target> targets =
        config.route().tiers().stream().flatMap(tier -> tier.targets().stream()).toList();
    AskedModel asked = AskedModel.of(name, model(targets.getFirst(), name), families);
    Set<String> others = new HashSet<>();
    Map<String, String> unfit = new HashMap<>();
    for (Target target : targets) {
      String model = model(target, name);
      if (!asked.isItself(model)) {
        others.add(target.name());
      }
      tier(target)
          .flatMap(tier -> withoutTier(gateway.models().table().of(model), tier))
          .ifPresent(problem -> unfit.put(target.name(), problem));
    }
    return new Entry(
        config,
        OperationTarget.of(config.route(), OperationTarget.COUNT_TOKENS),
        asked,
        others,
        foreign(name, config, asked),
        unfit,
        gateway.models().table());
  }

  private Optional<ServiceTier> tier(Target target) {
    return Optional.ofNullable(gateway.targets().get(target.name()))
        .flatMap(TargetConfig::serviceTier);
  }

  /**
   * The targets with another model than the first. Of an ARN that does not name its model nothing
   * is known: in the first tier it is what its owner says, equal to the others there.
   */
  private Set<String> foreign(String name, RouteConfig config, AskedModel asked) {
    List<Target> equals = config.route().tiers().getFirst().targets();
    boolean firstIsOpaque = asked.isOpaque(model(equals.getFirst(), name));
    Set<String> foreign = new HashSet<>();
    for (Tier tier : config.route().tiers()) {
      for (Target target : tier.targets()) {
        String model = model(target, name);
        boolean saidToBeEqual = equals.contains(target) && (firstIsOpaque || asked.isOpaque(model));
        if (!asked.isServedBy(model) && !saidToBeEqual) {
          foreign.add(target.name());
        }
      }
    }
    return foreign;
  }

  /** The model that is called there when the caller asks for this one. */
  private String model(Target target, String asked) {
    TargetConfig config = gateway.targets().get(target.name());
    return config == null ? asked : config.model().orElse(asked);
  }
}
