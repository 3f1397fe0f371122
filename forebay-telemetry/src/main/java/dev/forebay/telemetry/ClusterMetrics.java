package dev.forebay.telemetry;

import dev.forebay.core.FleetReading;
import dev.forebay.core.FleetReading.Slice;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** How this process shares quotas with others, for Prometheus. */
final class ClusterMetrics {
  private ClusterMetrics() {}

  static void show(Supplier<FleetReading> fleet, PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("forebay_cluster_store_up")
        .help("Whether the store through which quotas are shared answers")
        .callback(show -> show.call(fleet.get().reachable() ? 1 : 0))
        .register(registry);
    GaugeWithCallback.builder()
        .name("forebay_cluster_members")
        .help("Processes that share quotas, as it was known last")
        .callback(show -> show.call(fleet.get().members()))
        .register(registry);
    slices(
        fleet,
        registry,
        "forebay_cluster_share",
        "The part of the target's quota that this process may use",
        Slice::share);
    slices(
        fleet,
        registry,
        "forebay_cluster_wants",
        "The part of the target's quota that it could use",
        Slice::wants);
    slices(
        fleet,
        registry,
        "forebay_cluster_leased",
        "Whether its part is leased; if not, it is nothing, or 1/members without the store",
        slice -> slice.leased() ? 1 : 0);
    CounterWithCallback.builder()
        .name("forebay_cluster_store_operations_total")
        .help("What the store was asked for")
        .callback(show -> show.call((double) fleet.get().operations()))
        .register(registry);
    CounterWithCallback.builder()
        .name("forebay_cluster_store_failures_total")
        .help("What the store was asked for in vain")
        .callback(show -> show.call((double) fleet.get().failures()))
        .register(registry);
  }

  private static void slices(
      Supplier<FleetReading> fleet,
      PrometheusRegistry registry,
      String name,
      String help,
      ToDoubleFunction<Slice> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("target")
        .callback(
            show ->
                fleet
                    .get()
                    .slices()
                    .forEach((target, slice) -> show.call(value.applyAsDouble(slice), target)))
        .register(registry);
  }
}
