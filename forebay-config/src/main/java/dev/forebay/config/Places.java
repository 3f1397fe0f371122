package dev.forebay.config;

import java.util.HashMap;
import java.util.Map;

/**
 * Where in its file a configuration says what, for messages about something that only others can
 * judge. It is no part of what is configured: two places are always equal.
 */
public final class Places {
  /** A configuration that comes from no file. */
  public static final Places NONE = new Places();

  /** A key's path and place. */
  public record Spot(String path, SourcePosition place) {}

  private final Map<String, Spot> spots = new HashMap<>();

  Places() {}

  void targets(Map<String, Located<Section>> targets) {
    targets.forEach(
        (name, target) -> {
          for (Setting<?> setting : TargetSettings.TARGET.settings()) {
            put(
                targetKey(name, setting.name()),
                target.value().path(setting),
                target.value().place(setting));
          }
        });
  }

  void routes(Map<String, Located<Section>> routes) {
    routes.forEach(
        (name, route) ->
            route
                .value()
                .get(RouteSettings.TIERS)
                .forEach(
                    tier ->
                        tier.value()
                            .forEach(
                                target ->
                                    put(
                                        routeKey(name, target.value()),
                                        target.path(),
                                        target.place()))));
  }

  /** Where a target has a key; where the target begins if it does not give the key. */
  public Spot ofTarget(String target, String key) {
    return of(targetKey(target, key), "targets." + Quoted.path("", target) + "." + key);
  }

  /** Where a route names a target. */
  public Spot inRoute(String route, String target) {
    return of(routeKey(route, target), "routes." + Quoted.path("", route) + ".tiers");
  }

  private void put(String key, String path, SourcePosition place) {
    spots.put(key, new Spot(path, place));
  }

  private Spot of(String key, String path) {
    return spots.getOrDefault(key, new Spot(path, SourcePosition.wholeFile("configuration")));
  }

  private static String targetKey(String target, String key) {
    return "target\n" + target + '\n' + key;
  }

  private static String routeKey(String route, String target) {
    return "route\n" + route + '\n' + target;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Places;
  }

  @Override
  public int hashCode() {
    return 0;
  }
}
