package dev.forebay.cli.demo;

import dev.forebay.config.AuthConfig;
import dev.forebay.config.Credentials;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.ModelsConfig;
import dev.forebay.config.Places;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.ServerConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.config.WireConfig;
import dev.forebay.core.Target;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.admin.MetricsPage;
import dev.forebay.jobs.JobStore;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.TargetModel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Forebay itself: the gateway as it is served, with the scenario's route, on the run's clock. So
 * all of its times, those without a setting too, run as fast as the emulator's.
 */
final class RealGateway {
  private RealGateway() {}

  /** Starts it on any free port. */
  static Future<Gateway> start(
      Scenario scenario,
      URI bedrock,
      Clock clock,
      JourneyListener listener,
      long seed,
      Optional<JobStore> jobs,
      Vertx vertx) {
    return Gateway.start(
        config(scenario, bedrock),
        new Gateway.Surroundings(
            new Journeys(),
            listener,
            CallTracing.NONE,
            accept -> new MetricsPage.Page("text/plain", new byte[0]),
            clock.ticker(),
            new SplittableRandom(seed)),
        jobs,
        vertx);
  }

  private static GatewayConfig config(Scenario scenario, URI bedrock) {
    Map<String, TargetConfig> targets = new LinkedHashMap<>();
    List<Target> ladder =
        scenario.configured().tiers().stream().flatMap(tier -> tier.targets().stream()).toList();
    for (Target target : ladder) {
      TargetModel model = Objects.requireNonNull(scenario.targets().get(target.name()));
      String region = model.region().isEmpty() ? "us-east-1" : model.region();
      targets.put(
          target.name(),
          new TargetConfig(
              target,
              region,
              Optional.of(model.model()),
              bedrock,
              new Credentials.Anonymous(),
              Optional.empty(),
              WireConfig.DEFAULTS.forwarding("x-emulator-output-tokens")));
    }
    String asked = Objects.requireNonNull(scenario.targets().get(ladder.getFirst().name())).model();
    RouteConfig route =
        new RouteConfig(
            scenario.configured().named(asked),
            RouteConfig.Adapt.SAFE,
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.of(RouteConfig.Queue.DEFAULTS),
            Optional.empty(),
            Set.of());
    return new GatewayConfig(
        new ServerConfig("127.0.0.1", 0),
        targets,
        Map.of(asked, route),
        ModelsConfig.BUILT_IN,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        new AuthConfig.LoopbackOnly(),
        Optional.empty(),
        List.of(),
        Places.NONE);
  }
}
