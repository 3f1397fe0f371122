package dev.forebay.telemetry;

import dev.forebay.core.Priority;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.core.targets.TargetState;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ToDoubleBiFunction;

/** Each target's circuit, cooldown, quota and queue, for Prometheus. Thread-safe. */
final class TargetMetrics {
  private final PrometheusRegistry page;
  private final TargetRegistry registry;
  private final Ticker ticker;
  private final ConcurrentMap<String, Target> watched = new ConcurrentHashMap<>();

  TargetMetrics(PrometheusRegistry page, TargetRegistry registry, Ticker ticker) {
    this.page = page;
    this.registry = registry;
    this.ticker = ticker;
    show(
        "forebay_breaker_state",
        "Each target's circuit: 0 closed, 1 half open, 2 open",
        (state, now) -> position(state, now));
    show(
        "forebay_gate_seconds",
        "For how long each target asked to be left alone",
        (state, now) -> state.cooldownNanos(now) / 1e9);
    show(
        "forebay_bucket_tokens",
        "Tokens left of each target's quota, negative if more was used",
        (state, now) -> state.load(now).level());
    show(
        "forebay_bucket_capacity_tokens",
        "Each target's quota, configured or learned, in tokens; 0 where nothing limits",
        (state, now) -> state.load(now).capacity());
    show(
        "forebay_rate_tokens_per_minute",
        "Each target's quota a minute, configured or learned; infinite where nothing limits",
        (state, now) -> state.load(now).tokensPerSecond() * 60);
    GaugeWithCallback.builder()
        .name("forebay_waiting_calls")
        .help("Calls that wait for each target's capacity")
        .labelNames("target", "priority")
        .callback(this::showWaiting)
        .register(page);
  }

  /** Shows the target from now on. */
  void watch(Target target) {
    watched.put(target.name(), target);
  }

  /** Shows no other targets any longer. */
  void watchOnly(Set<String> targets) {
    watched.keySet().retainAll(targets);
  }

  private void showWaiting(GaugeWithCallback.Callback show) {
    long now = ticker.nanos();
    for (Target target : watched.values()) {
      TargetLoad load = registry.state(target, now).load(now);
      for (Priority priority : Priority.values()) {
        show.call(load.waiting(priority), target.name(), priority.label());
      }
    }
  }

  private void show(String name, String help, ToDoubleBiFunction<TargetState, Long> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("target")
        .callback(
            show -> {
              long now = ticker.nanos();
              for (Target target : watched.values()) {
                show.call(value.applyAsDouble(registry.state(target, now), now), target.name());
              }
            })
        .register(page);
  }

  private static int position(TargetState state, long nowNanos) {
    return switch (state.breaker().position(nowNanos)) {
      case CLOSED -> 0;
      case HALF_OPEN -> 1;
      case OPEN -> 2;
    };
  }
}
