package dev.forebay.cli.demo;

import dev.forebay.emulator.Distribution;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.emulator.Family;
import dev.forebay.emulator.Latency;
import dev.forebay.emulator.ModelConfig;
import dev.forebay.emulator.Quota;
import dev.forebay.simulator.QuotaModel;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.TargetModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A scenario's targets as an emulated Bedrock: the same quotas and latencies. */
final class World {
  /** The standard normal's 99th percentile. */
  private static final double Z99 = 2.3263478740408408;

  private static final int MAX_TOKENS = 64_000;

  private World() {}

  static EmulatorConfig of(Scenario scenario, long seed, double speed) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (TargetModel target : scenario.targets().values()) {
      if (!target.faults().isEmpty()
          || target.maxConcurrency().isPresent()
          || target.othersLoad().max() > 0) {
        String problem = "The demo knows no faults, others' load and maxConcurrency, as has ";
        throw new DemoException(problem + target.name(), null);
      }
      models.put(target.model(), model(target));
    }
    return new EmulatorConfig(
        "127.0.0.1",
        0,
        seed,
        speed,
        false,
        false,
        models,
        model(Quota.UNLIMITED, Latency.TYPICAL),
        List.of());
  }

  private static ModelConfig model(TargetModel target) {
    Latency latency =
        new Latency(of(target.timeToFirstToken(), 1000), of(target.tokensPerSecond(), 1));
    return model(quota(target.quota()), latency);
  }

  /** All are called by Converse, for which the family makes no difference. */
  private static ModelConfig model(Quota quota, Latency latency) {
    return new ModelConfig(
        Family.CLAUDE, MAX_TOKENS, quota, latency, new Distribution.Fixed(MAX_TOKENS));
  }

  private static Quota quota(QuotaModel model) {
    Quota.Window window =
        switch (model.window()) {
          case FIXED -> Quota.Window.FIXED;
          case SLIDING -> Quota.Window.SLIDING;
          case BUCKET -> Quota.Window.BUCKET;
        };
    return new Quota(
        limit(model.requestsPerMinute()),
        limit(model.tokensPerMinute()),
        OptionalLong.empty(),
        model.burndown(),
        model.reserve(),
        window);
  }

  private static OptionalLong limit(long perMinute) {
    return perMinute == 0 ? OptionalLong.empty() : OptionalLong.of(perMinute);
  }

  private static Distribution of(dev.forebay.simulator.Distribution from, double unit) {
    return switch (from) {
      case dev.forebay.simulator.Distribution.Fixed fixed ->
          new Distribution.Fixed(fixed.median() * unit);
      case dev.forebay.simulator.Distribution.LogNormal log ->
          new Distribution.LogNormal(
              log.median() * unit, log.median() * unit * Math.exp(log.sigma() * Z99));
      case dev.forebay.simulator.Distribution.Uniform even ->
          new Distribution.Uniform(even.min() * unit, even.max() * unit);
    };
  }
}
