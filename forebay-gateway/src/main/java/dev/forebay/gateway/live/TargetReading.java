package dev.forebay.gateway.live;

import dev.forebay.config.TargetConfig;
import dev.forebay.core.Priority;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.targets.TargetState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One target at one moment.
 *
 * @param slow whether its circuit was opened because it was slow
 * @param gateMillis for how long it asked to be left alone
 */
record TargetReading(
    TargetConfig config,
    Breaker.Position circuit,
    boolean slow,
    long gateMillis,
    TargetLoad load,
    TargetTraffic traffic) {

  static TargetReading of(
      TargetConfig config, TargetTraffic traffic, Journeys journeys, long nowNanos) {
    TargetState state = journeys.targets().state(config.target(), nowNanos);
    return new TargetReading(
        config,
        state.breaker().position(nowNanos),
        state.breaker().openedForSlowness(nowNanos),
        TimeUnit.NANOSECONDS.toMillis(state.cooldownNanos(nowNanos)),
        state.load(nowNanos),
        traffic);
  }

  String name() {
    return config.target().name();
  }

  boolean isOpen() {
    return circuit == Breaker.Position.OPEN;
  }

  long waiting() {
    long sum = 0;
    for (Priority priority : Priority.values()) {
      sum += waiting(priority);
    }
    return sum;
  }

  long waiting(Priority priority) {
    return load.waiting(priority);
  }

  /** Tokens a minute, configured or learned from throttles; infinite where nothing limits. */
  double ratePerMinute() {
    return load.tokensPerSecond() * 60;
  }

  /** The share of the quota used in the last minute; null where none is known. */
  @Nullable Double quotaUse() {
    return traffic.quotaUse(config.target().quota());
  }
}
