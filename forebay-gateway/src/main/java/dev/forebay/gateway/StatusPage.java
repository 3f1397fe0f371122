package dev.forebay.gateway;

import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Target;
import dev.forebay.core.TargetState;
import dev.forebay.core.Tier;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** {@code /api/status}: the routes and what is known of their targets, for programs. */
final class StatusPage {
  private final Shared shared;

  StatusPage(Shared shared) {
    this.shared = shared;
  }

  String json() {
    JsonObject routes = new JsonObject();
    shared.config().routes().forEach((name, route) -> routes.put(name, route(route)));
    JsonObject targets = new JsonObject();
    shared.config().targets().forEach((name, target) -> targets.put(name, target(target)));
    return new JsonObject()
        .put("draining", shared.draining())
        .put("calls", shared.calls())
        .put("bodyBytes", shared.bodies().held())
        .put("routes", routes)
        .put("targets", targets)
        .encodePrettily();
  }

  private static JsonObject route(RouteConfig config) {
    JsonArray tiers = new JsonArray();
    for (Tier tier : config.route().tiers()) {
      tiers.add(new JsonArray(tier.targets().stream().map(Target::name).toList()));
    }
    return new JsonObject()
        .put("tiers", tiers)
        .put("deadlineMs", config.route().deadline().toMillis())
        .put("patienceMs", config.route().patience().toMillis());
  }

  private JsonObject target(TargetConfig config) {
    long now = shared.ticker().nanos();
    TargetState state = shared.journeys().state(config.target(), now);
    return new JsonObject()
        .put("region", config.region())
        .put("model", config.model().orElse("*"))
        .put("breaker", state.breaker().position(now).name().toLowerCase(Locale.ROOT))
        .put("gateMs", TimeUnit.NANOSECONDS.toMillis(state.gateNanos(now)))
        .put("inFlight", state.retryBudget().inFlight())
        .put("retryTokens", state.retryBudget().tokens(now));
  }
}
