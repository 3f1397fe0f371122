package dev.forebay.telemetry;

import dev.forebay.core.FleetReading;
import dev.forebay.core.FleetReading.Slice;
import dev.forebay.core.SharedAnswers;
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
        .name("forebay_cluster_store_leases")
        .help("Whether it answers soon enough to lease, and leases")
        .callback(show -> show.call(fleet.get().store() == FleetReading.Store.LEASES ? 1 : 0))
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
        "1 while a share is leased; else the share is 0, or 1/members without the store",
        slice -> slice.leased() ? 1 : 0);
    slices(
        fleet,
        registry,
        "forebay_cluster_learned_tokens_per_minute",
        "The whole quota of tokens as all have learned it together; 0 if they have not",
        Slice::learnedPerMinute);
    slices(
        fleet,
        registry,
        "forebay_cluster_windowed",
        "Whether the service counts the quota by minutes, as all have found out together",
        slice -> slice.windowed() ? 1 : 0);
    slices(
        fleet,
        registry,
        "forebay_cluster_open",
        "Processes that have found the target broken",
        Slice::open);
    CounterWithCallback.builder()
        .name("forebay_cluster_store_operations_total")
        .help("What the store was asked for")
        .callback(show -> show.call((double) fleet.get().operations()))
        .register(registry);
    CounterWithCallback.builder()
        .name("forebay_cluster_store_failures_total")
        .help("What the store was asked for and failed, or took too long")
        .callback(show -> show.call((double) fleet.get().failures()))
        .register(registry);
  }

  static void showAnswers(
      Supplier<SharedAnswers.Diagnostics> answers, PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("forebay_cluster_answers_up")
        .help("0 while the store fails searches for shared answers")
        .callback(show -> show.call(answers.get().isDown() ? 0 : 1))
        .register(registry);
    CounterWithCallback.builder()
        .name("forebay_cluster_answers_total")
        .help("Searches for a shared answer, by what came of them")
        .labelNames("result")
        .callback(
            show -> {
              show.call((double) answers.get().hits(), "hit");
              show.call((double) answers.get().misses(), "miss");
            })
        .register(registry);
    count(
        answers,
        registry,
        "forebay_cluster_answers_waits_total",
        "Searches that waited for the call of another process",
        SharedAnswers.Diagnostics::waits);
    count(
        answers,
        registry,
        "forebay_cluster_answers_kept_total",
        "Answers that this process gave to all",
        SharedAnswers.Diagnostics::kept);
    count(
        answers,
        registry,
        "forebay_cluster_answers_failures_total",
        "Operations on shared answers that failed, came too late or were left out",
        SharedAnswers.Diagnostics::failures);
  }

  private static void count(
      Supplier<SharedAnswers.Diagnostics> answers,
      PrometheusRegistry registry,
      String name,
      String help,
      ToDoubleFunction<SharedAnswers.Diagnostics> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(show -> show.call(value.applyAsDouble(answers.get())))
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
