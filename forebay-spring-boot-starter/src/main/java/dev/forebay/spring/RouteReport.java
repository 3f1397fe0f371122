package dev.forebay.spring;

import dev.forebay.client.Forebay;
import dev.forebay.client.RouteHealth;
import dev.forebay.client.RouteHealth.TargetHealth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What both generations of Spring Boot say of Forebay's health.
 *
 * @param up whether each route has a target that takes calls
 * @param routes for each route its status, and the circuit breaker of each target
 */
record RouteReport(boolean up, Map<String, Object> routes) {
  /** The name of the detail that has the routes. */
  static final String ROUTES = "routes";

  static RouteReport of(Forebay forebay) {
    List<RouteHealth> health = forebay.health();
    Map<String, Object> routes = new LinkedHashMap<>();
    for (RouteHealth route : health) {
      Map<String, Object> targets = new LinkedHashMap<>();
      for (TargetHealth target : route.targets()) {
        targets.put(target.name(), target.circuit());
      }
      routes.put(route.route(), Map.of("status", route.status(), "targets", targets));
    }
    return new RouteReport(
        health.stream().noneMatch(route -> route.status() == RouteHealth.Status.DOWN), routes);
  }
}
