package dev.forebay.simulator;

import dev.forebay.core.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a scenario document. */
final class ScenarioReader {
  private static final int MAX_GATEWAYS = 10_000;
  private static final Duration A_MINUTE = Duration.ofMinutes(1);

  private ScenarioReader() {}

  /**
   * Reads it all.
   *
   * @param configured the route of a gateway's configuration, which stands for {@code forebay}
   */
  static Scenario read(Value root, Optional<Route> configured) {
    Fields fields =
        root.fields(
            "name",
            "description",
            "duration",
            "warmUp",
            "seed",
            "gateways",
            "splitQuota",
            "cluster",
            "arrivals",
            "tenants",
            "mix",
            "targets",
            "forebay",
            "policies");
    Duration duration = fields.need("duration", Value::positiveDuration, A_MINUTE);
    List<CallClass> mix =
        fields.need("mix", MixReader.of(fields.get("tenants", v -> v))::mix, List.of());
    Map<String, TargetModel> targets = fields.need("targets", ScenarioReader::targets, Map.of());
    Curve arrivals = fields.get("arrivals", v -> Readers.curve(v, "perSecond"), Curve.constant(0));
    if (!fields.has("arrivals") && mix.stream().anyMatch(kind -> kind.arrivals().isEmpty())) {
      root.document()
          .report(
              root.refuse(
                  "needs the key 'arrivals'", "add it, or give each kind of calls perSecond"));
    }
    String name = fields.need("name", Value::text, "scenario");
    List<Policy> policies =
        fields.get("policies", ScenarioReader::policies, Arrays.asList(Policy.values()));
    boolean split = fields.get("splitQuota", Value::flag, true);
    Optional<ClusterModel> cluster = fields.get("cluster", ClusterReader::cluster);
    if (fields.has("cluster") && fields.has("splitQuota")) {
      root.document()
          .report(
              root.child(root.node(), "splitQuota")
                  .refuse(
                      "has no meaning beside 'cluster', whose members lease their parts",
                      "remove one of them"));
    }
    if (targets.isEmpty()) {
      throw new ScenarioException(root.document().problems());
    }
    Duration longest =
        mix.stream().map(CallClass::deadline).max(Duration::compareTo).orElse(A_MINUTE);
    Route chosen =
        configured.isPresent()
            ? configured.get()
            : fields
                .get(
                    "forebay",
                    v -> new ConfiguredReader(targets).route(name, Optional.of(v), longest))
                .orElseGet(
                    () -> new ConfiguredReader(targets).route(name, Optional.empty(), longest));
    configured.ifPresent(route -> requireWorld(root, route, targets));
    Scenario scenario =
        new Scenario(
            name,
            fields.get("description", Value::text, ""),
            duration,
            fields.get("warmUp", Value::duration, Duration.ZERO),
            fields.get("seed", v -> v.whole(0), 1L),
            fields.get("gateways", ScenarioReader::gateways, List.of(1)),
            arrivals,
            mix,
            targets,
            chosen,
            split,
            cluster,
            policies);
    if (!root.document().problems().isEmpty()) {
      throw new ScenarioException(root.document().problems());
    }
    return scenario;
  }

  private static void requireWorld(Value root, Route route, Map<String, TargetModel> targets) {
    route.tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .filter(target -> !targets.containsKey(target.name()))
        .forEach(
            target ->
                root.document()
                    .report(
                        root.child(root.node(), "targets")
                            .refuse(
                                "lacks '%s', which the route '%s' uses"
                                    .formatted(target.name(), route.name()),
                                "describe it there")));
  }

  private static Map<String, TargetModel> targets(Value value) {
    Map<String, TargetModel> targets = new LinkedHashMap<>();
    Fields.entries(value)
        .forEach((name, target) -> targets.put(name, TargetReader.target(name, target)));
    if (targets.isEmpty()) {
      throw value.refuse("has no target", "add one");
    }
    return targets;
  }

  private static List<Integer> gateways(Value value) {
    List<Integer> counts = new ArrayList<>();
    for (Value item : value.isSequence() ? value.items() : List.of(value)) {
      long count = item.whole(1);
      if (count > MAX_GATEWAYS) {
        throw item.refuse("expected at most " + MAX_GATEWAYS, "give fewer");
      }
      counts.add((int) count);
    }
    if (counts.isEmpty()) {
      throw value.refuse("is empty", "give a number");
    }
    return counts;
  }

  private static List<Policy> policies(Value value) {
    List<Policy> policies = new ArrayList<>();
    for (Value item : value.items()) {
      Policy policy = item.choice(Policy.values(), Policy::key);
      if (!policies.contains(policy)) {
        policies.add(policy);
      }
    }
    if (policies.isEmpty()) {
      throw value.refuse("is empty", "name a policy");
    }
    return policies;
  }
}
