package dev.forebay.client.micrometer;

import dev.forebay.client.Forebay;
import dev.forebay.core.FleetReading;
import dev.forebay.core.FleetReading.Slice;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * How a program shares quotas with others, under the names of the gateway's metrics. A program that
 * shares none has none of these.
 */
final class ClusterMeters {
  private final Forebay forebay;
  private final MeterRegistry registry;

  private ClusterMeters(Forebay forebay, MeterRegistry registry) {
    this.forebay = forebay;
    this.registry = registry;
  }

  /** Adds those of the program. */
  static void bind(Forebay forebay, MeterRegistry registry) {
    if (forebay.cluster().isPresent()) {
      new ClusterMeters(forebay, registry).bind();
    }
  }

  /** Adds those of a target. */
  static void bind(Forebay forebay, String target, MeterRegistry registry) {
    if (forebay.cluster().isPresent()) {
      new ClusterMeters(forebay, registry).bind(target);
    }
  }

  private void bind() {
    gauge("forebay.cluster.store.up", "Whether the store answers", of -> number(of.reachable()));
    gauge(
        "forebay.cluster.store.leases",
        "Whether it answers soon enough to lease, and leases",
        of -> number(of.store() == FleetReading.Store.LEASES));
    gauge(
        "forebay.cluster.members",
        "Processes that share quotas, as it was known last",
        FleetReading::members);
    counter(
        "forebay.cluster.store.operations",
        "What the store was asked for",
        FleetReading::operations);
    counter(
        "forebay.cluster.store.failures",
        "What the store was asked for and failed, or took too long",
        FleetReading::failures);
  }

  private void bind(String target) {
    slice(target, "forebay.cluster.share", "The part that this process may use", Slice::share);
    slice(target, "forebay.cluster.wants", "The part that it could use", Slice::wants);
    slice(
        target,
        "forebay.cluster.leased",
        "Whether its part is leased",
        slice -> number(slice.leased()));
    slice(
        target,
        "forebay.cluster.learned.tokens.per.minute",
        "The whole quota of tokens as all have learned it together; 0 if they have not",
        Slice::learnedPerMinute);
    slice(
        target,
        "forebay.cluster.windowed",
        "Whether the service counts the quota by minutes, as all have found out together",
        slice -> number(slice.windowed()));
    slice(target, "forebay.cluster.open", "Processes that found the target broken", Slice::open);
  }

  private void gauge(String name, String description, ToDoubleFunction<FleetReading> value) {
    Gauge.builder(name, forebay, of -> read(of, value))
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private void counter(String name, String description, ToDoubleFunction<FleetReading> value) {
    FunctionCounter.builder(name, forebay, of -> read(of, value))
        .description(description)
        .register(registry);
  }

  private void slice(
      String target, String name, String description, ToDoubleFunction<Slice> value) {
    Gauge.builder(
            name,
            forebay,
            of ->
                read(
                    of,
                    fleet -> {
                      Slice slice = fleet.slices().get(target);
                      return slice == null ? Double.NaN : value.applyAsDouble(slice);
                    }))
        .description(description)
        .tag(ForebayMeters.TARGET, target)
        .strongReference(true)
        .register(registry);
  }

  private static double read(Forebay of, ToDoubleFunction<FleetReading> value) {
    return of.cluster().map(value::applyAsDouble).orElse(Double.NaN);
  }

  private static double number(boolean is) {
    return is ? 1 : 0;
  }
}
