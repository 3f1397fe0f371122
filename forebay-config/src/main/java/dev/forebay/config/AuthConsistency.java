package dev.forebay.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must hold between the keys of callers. */
final class AuthConsistency {
  private final Section auth;
  private final Optional<Map<String, Located<Section>>> routes;
  private final Diagnostics reading;

  AuthConsistency(
      Section auth, Optional<Map<String, Located<Section>>> routes, Diagnostics reading) {
    this.auth = auth;
    this.routes = routes;
    this.reading = reading;
  }

  void check() {
    Optional<Located<List<Located<Section>>>> keys = auth.found(AuthSettings.KEYS);
    if (keys.isEmpty()) {
      return;
    }
    if (keys.get().value().isEmpty()) {
      reading.problem(
          keys.get().place(), keys.get().path(), "is empty, so no caller is allowed", "add a key");
    }
    Set<String> names = new HashSet<>();
    Set<String> accessKeyIds = new HashSet<>();
    Set<Secret> secrets = new HashSet<>();
    for (Located<Section> key : keys.get().value()) {
      checkDistinct(key.value(), AuthSettings.NAME, names);
      checkDistinct(key.value(), AuthSettings.ACCESS_KEY_ID, accessKeyIds);
      checkDistinct(key.value(), AuthSettings.SECRET, secrets);
      key.value().value(AuthSettings.ROUTES).ifPresent(named -> named.forEach(this::checkRoute));
    }
  }

  private <T> void checkDistinct(Section key, Setting<T> setting, Set<T> seen) {
    key.found(setting)
        .filter(found -> !seen.add(found.value()))
        .ifPresent(
            found ->
                reading.problem(
                    found.place(), found.path(), "another key has the same", "make it distinct"));
  }

  private void checkRoute(Located<String> route) {
    if (routes.isPresent()
        && !route.value().equals(GatewayConfig.ANY_MODEL)
        && !routes.get().containsKey(route.value())) {
      reading.problem(
          route.place(),
          route.path(),
          "there is no route " + Quoted.text(route.value()),
          Nearest.remedy(route.value(), routes.get().keySet()));
    }
  }
}
