package dev.forebay.telemetry;

import dev.forebay.core.Journey;
import dev.forebay.core.JourneyEvent;
import dev.forebay.core.JourneyListener;
import dev.forebay.core.Journeys;
import dev.forebay.core.Priority;
import dev.forebay.core.Target;
import dev.forebay.core.TargetLoad;
import dev.forebay.core.TargetState;
import dev.forebay.core.Ticker;
import dev.forebay.core.TokenUsage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Counts journeys for Prometheus. The labels are names from the configuration and words from fixed
 * lists, so their number is bounded. Thread-safe.
 */
public final class PrometheusMetrics implements JourneyListener {
  /** From a fast refusal to the longest deadline that is usual. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
    Duration.ofSeconds(120)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MeterProvider<Counter> requests =
      counter("forebay.requests", "Calls, by how they ended");
  private final MeterProvider<Counter> attempts =
      counter("forebay.attempts", "Requests sent to targets, by outcome");
  private final MeterProvider<Counter> fallbacks =
      counter("forebay.fallbacks", "Calls that turned to another tier");
  private final MeterProvider<Counter> hedges =
      counter("forebay.hedges", "Second attempts beside a slow one, by the target asked");
  private final MeterProvider<Timer> admissionTime =
      timer("forebay.admission", "From the whole request to its first attempt");
  private final MeterProvider<Counter> tokens =
      counter("forebay.tokens", "Model tokens in answers, as the targets counted them");
  private final MeterProvider<Timer> requestTime =
      timer("forebay.request", "From the whole request to the end of the answer");
  private final MeterProvider<Timer> firstToken =
      timer("forebay.time.to.first.token", "From the whole request to a stream's first content");
  private final Counter reloadsApplied = reloads("applied");
  private final Counter reloadsRefused = reloads("refused");
  private final AtomicInteger configStale = stale();
  private final Set<String> watched = ConcurrentHashMap.newKeySet();

  /** Counts a configuration that was loaded while the gateway runs, or was refused. */
  public void configReloaded(boolean applied) {
    (applied ? reloadsApplied : reloadsRefused).increment();
    configStale.set(applied ? 0 : 1);
  }

  /** Shows the target's circuit, gate, bucket and line from now on, unless it does so already. */
  public void watch(Target target, Journeys journeys, Ticker ticker) {
    if (!watched.add(target.name())) {
      return;
    }
    Watch watch = new Watch(target, journeys, ticker);
    watch.show(
        "forebay.breaker.state",
        "Each target's circuit: 0 closed, 1 half open, 2 open",
        (state, now) -> position(state, now));
    watch.show(
        "forebay.gate.seconds",
        "For how long each target asked to be left alone",
        (state, now) -> state.gateNanos(now) / 1e9);
    watch.show(
        "forebay.bucket.tokens",
        "Tokens in each target's bucket, negative in debt",
        (state, now) -> state.load(now).level());
    watch.show(
        "forebay.bucket.capacity.tokens",
        "What each target's bucket can hold; 0 where nothing limits",
        (state, now) -> state.load(now).capacity());
    watch.show(
        "forebay.rate.tokens.per.minute",
        "The rate at which each target's bucket fills; infinite where nothing limits",
        (state, now) -> state.load(now).tokensPerSecond() * 60);
    for (Priority priority : Priority.values()) {
      Gauge.builder("forebay.waiting.calls", () -> watch.load().waiting(priority))
          .description("Calls that wait for each target's capacity")
          .tags("target", target.name(), "priority", priority.label())
          .register(registry);
    }
  }

  /**
   * Shows the queue from now on.
   *
   * @param jobs how many are in a state, a moment ago
   * @param oldestSeconds for how long the oldest queued one has waited
   * @param reachable whether the store answered when it was asked last
   */
  public void watchQueue(
      List<String> states,
      ToDoubleFunction<String> jobs,
      DoubleSupplier oldestSeconds,
      BooleanSupplier reachable) {
    for (String state : states) {
      Gauge.builder("forebay.queue.jobs", () -> jobs.applyAsDouble(state))
          .description("Jobs in the store by state; the failed ones are the dead letters")
          .tag("state", state)
          .register(registry);
    }
    Gauge.builder("forebay.queue.oldest.seconds", oldestSeconds::getAsDouble)
        .description("For how long the oldest queued job has waited")
        .register(registry);
    Gauge.builder("forebay.queue.reachable", () -> reachable.getAsBoolean() ? 1 : 0)
        .description("Whether the job store answered when it was asked last")
        .register(registry);
  }

  /** Reads one target's state whenever Prometheus asks. */
  private final class Watch {
    private final Target target;
    private final Journeys journeys;
    private final Ticker ticker;

    Watch(Target target, Journeys journeys, Ticker ticker) {
      this.target = target;
      this.journeys = journeys;
      this.ticker = ticker;
    }

    TargetLoad load() {
      long now = ticker.nanos();
      return journeys.state(target, now).load(now);
    }

    void show(String name, String description, ToDoubleBiFunction<TargetState, Long> value) {
      Gauge.builder(
              name,
              () -> {
                long now = ticker.nanos();
                return value.applyAsDouble(journeys.state(target, now), now);
              })
          .description(description)
          .tag("target", target.name())
          .register(registry);
    }
  }

  private static int position(TargetState state, long nowNanos) {
    return switch (state.breaker().position(nowNanos)) {
      case CLOSED -> 0;
      case HALF_OPEN -> 1;
      case OPEN -> 2;
    };
  }

  /** The page that Prometheus reads. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void on(Journey journey, JourneyEvent event) {
    String route = journey.route().name();
    switch (event) {
      case JourneyEvent.AttemptStarted e -> attemptStarted(journey, e);
      case JourneyEvent.Waiting e -> {}
      case JourneyEvent.Sent e -> {}
      case JourneyEvent.Responded e -> {}
      case JourneyEvent.ContentStarted e ->
          firstToken.withTag("route", route).record(sinceStart(journey, e));
      case JourneyEvent.AttemptEnded e ->
          attempts
              .withTags("target", e.attempt().target().name(), "outcome", e.outcome().label())
              .increment();
      case JourneyEvent.Switched e -> fallbacks.withTag("route", route).increment();
      case JourneyEvent.Answered e -> {
        countTokens(e.answer().target().name(), e.usage());
        ended(journey, e, e.answer().source().label());
      }
      case JourneyEvent.Interrupted e -> ended(journey, e, "interrupted");
      case JourneyEvent.Served e -> ended(journey, e, e.source().label());
      case JourneyEvent.Refused e -> ended(journey, e, "refused");
      case JourneyEvent.CallerLeft e -> ended(journey, e, "cancelled");
    }
  }

  private void attemptStarted(Journey journey, JourneyEvent.AttemptStarted event) {
    if (event.attempt().number() == 1) {
      admissionTime
          .withTags("route", journey.route().name(), "priority", journey.call().priority().label())
          .record(sinceStart(journey, event));
    }
    if (event.hedge()) {
      hedges.withTag("target", event.attempt().target().name()).increment();
    }
  }

  private void ended(Journey journey, JourneyEvent event, String answer) {
    String route = journey.route().name();
    requests.withTags("route", route, "answer", answer).increment();
    requestTime.withTag("route", route).record(sinceStart(journey, event));
  }

  private void countTokens(String target, TokenUsage usage) {
    tokens.withTags("target", target, "kind", "input").increment(usage.input());
    tokens.withTags("target", target, "kind", "output").increment(usage.output());
    tokens.withTags("target", target, "kind", "cache_read").increment(usage.cacheRead());
    tokens.withTags("target", target, "kind", "cache_write").increment(usage.cacheWrite());
  }

  private Counter reloads(String result) {
    return Counter.builder("forebay.config.reloads")
        .description("Changed configurations, by what became of them")
        .tag("result", result)
        .register(registry);
  }

  private AtomicInteger stale() {
    AtomicInteger stale = new AtomicInteger();
    Gauge.builder("forebay.config.stale", stale, AtomicInteger::get)
        .description("1 while the configuration in force is not the one in the file")
        .register(registry);
    return stale;
  }

  private MeterProvider<Counter> counter(String name, String description) {
    return Counter.builder(name).description(description).withRegistry(registry);
  }

  private MeterProvider<Timer> timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(BUCKETS)
        .withRegistry(registry);
  }

  private static Duration sinceStart(Journey journey, JourneyEvent event) {
    return Duration.ofNanos(event.atNanos() - journey.startedAtNanos());
  }
}
