package dev.forebay.telemetry;

import dev.forebay.core.FleetReading;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.telemetry.BreakerWatch;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.core.telemetry.Places;
import dev.forebay.core.telemetry.QueueLoad;
import dev.forebay.core.telemetry.QuotaUse;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts journeys for Prometheus. The labels are names from the configuration and words from fixed
 * lists, so their number is bounded. Thread-safe.
 */
public final class PrometheusMetrics implements JourneyListener {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final TargetMetrics targets;
  private final LatencyHistograms durations;
  private final GenAiMetrics genAi;

  private final Counter requests =
      counter("forebay_requests_total", "Calls, by how they ended", "route", "answer");
  private final Counter attempts =
      counter("forebay_attempts_total", "Requests sent to targets", "target", "outcome");
  private final Counter fallbacks =
      counter("forebay_fallbacks_total", "Calls that turned to another tier", "route");
  private final Counter fallbackRefusals =
      counter(
          "forebay_fallback_refusals_total",
          "Calls that a target with another model than the one asked for refused",
          "route",
          "target");
  private final Counter flawed =
      counter(
          "forebay_flawed_answers_total",
          "Complete but unusable answers, by reason",
          "target",
          "reason");
  private final Counter hedges =
      counter("forebay_hedges_total", "Attempts beside a slow one, by the target asked", "target");
  private final Counter tokens =
      counter("forebay_tokens_total", "Model tokens, as targets counted them", "target", "kind");
  private final Counter breakerChanges =
      counter("forebay_breaker_changes_total", "Changes of circuits", "target", "state");
  private final Counter reloads =
      counter("forebay_config_reloads_total", "Changed configurations, by their end", "result");
  private final Gauge stale =
      Gauge.builder()
          .name("forebay_config_stale")
          .help("1 while the configuration in force is not the one in the file")
          .register(registry);
  private final JourneyListener breakers;

  /**
   * Metrics of such journeys.
   *
   * @param use of quotas; has to listen too
   */
  public PrometheusMetrics(
      Journeys journeys, Ticker ticker, Places places, QuotaUse use, DroppedTelemetry dropped) {
    this.targets = new TargetMetrics(registry, journeys.targets(), ticker);
    this.durations = new LatencyHistograms(registry);
    this.genAi = new GenAiMetrics(registry, places);
    this.breakers =
        new BreakerWatch(
            (target, position) -> breakerChanges.labelValues(target, word(position.name())).inc());
    reloads.initLabelValues("applied");
    reloads.initLabelValues("refused");
    GaugeWithCallback.builder()
        .name("forebay_quota_utilisation_ratio")
        .help("Share of each configured quota that the last 60 seconds used")
        .labelNames("target")
        .callback(
            show -> use.shares(ticker.nanos()).forEach((name, share) -> show.call(share, name)))
        .register(registry);
    CounterWithCallback.builder()
        .name("forebay_telemetry_lost_total")
        .help("Spans, and data for CloudWatch, that were given up")
        .labelNames("destination")
        .callback(show -> dropped.all().forEach((name, sum) -> show.call(sum, name)))
        .register(registry);
  }

  /** Counts a configuration that was loaded while the gateway runs, or was refused. */
  public void configReloaded(boolean applied) {
    reloads.labelValues(applied ? "applied" : "refused").inc();
    stale.set(applied ? 0 : 1);
  }

  /** Shows the target's circuit, cooldown, bucket and queue from now on. */
  public void watch(Target target) {
    targets.watch(target);
    // A rate needs to have seen the zero.
    hedges.initLabelValues(target.name());
    for (Breaker.Position position : Breaker.Position.values()) {
      breakerChanges.initLabelValues(target.name(), word(position.name()));
    }
  }

  /** Shows no other targets any longer; what was counted of them stays. */
  public void watchOnly(Set<String> targets) {
    this.targets.watchOnly(targets);
  }

  /** Shows what the durable queue holds. */
  public void watchQueue(Supplier<QueueLoad> queue) {
    GaugeWithCallback.builder()
        .name("forebay_queue_jobs")
        .help("Jobs in the durable queue, by state; dead letters are those that failed")
        .labelNames("state")
        .callback(show -> queue.get().jobs().forEach((state, jobs) -> show.call(jobs, state)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("forebay_queue_oldest_seconds")
        .help("For how long the oldest queued job has waited")
        .callback(show -> show.call(queue.get().oldest().toMillis() / 1e3))
        .register(registry);
    GaugeWithCallback.builder()
        .name("forebay_queue_reachable")
        .help("1 while the job store answers")
        .callback(show -> show.call(queue.get().reachable() ? 1 : 0))
        .register(registry);
  }

  /**
   * Shows callers with too short timeouts or retries of their own.
   *
   * @param left callers that left before any content, by route
   * @param repeated calls that their callers had sent before, by route
   */
  public void watchCallers(Supplier<Map<String, Long>> left, Supplier<Map<String, Long>> repeated) {
    watchCallers(
        "forebay_callers_left_total",
        "Callers that left before they got any content, although the call's time was not over",
        left);
    watchCallers(
        "forebay_caller_retries_total",
        "Calls that their callers had sent before, as their SDKs say",
        repeated);
  }

  private void watchCallers(String name, String help, Supplier<Map<String, Long>> calls) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("route")
        .callback(show -> calls.get().forEach((route, sum) -> show.call(sum, route)))
        .register(registry);
  }

  /**
   * Shows what became of messages.
   *
   * @param ended so many, by queue and by end
   */
  public void watchMessages(Supplier<Map<String, Map<String, Long>>> ended) {
    CounterWithCallback.builder()
        .name("forebay_sqs_messages_total")
        .help("Messages received from queues of Amazon SQS, by what became of them")
        .labelNames("queue", "outcome")
        .callback(
            show ->
                ended
                    .get()
                    .forEach(
                        (queue, ends) ->
                            ends.forEach((end, messages) -> show.call(messages, queue, end))))
        .register(registry);
  }

  /** Shows what is held in memory for calls. */
  public void watchMemory(Supplier<MemoryLoad> memory) {
    GaugeWithCallback.builder()
        .name("forebay_held_bytes")
        .help("Bytes of requests and answers that are held in memory")
        .callback(show -> show.call((double) memory.get().held()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("forebay_held_bytes_limit")
        .help("The most bytes of requests and answers that may be held in memory")
        .callback(show -> show.call((double) memory.get().limit()))
        .register(registry);
    CounterWithCallback.builder()
        .name("forebay_memory_refusals_total")
        .help("Calls and jobs that were refused because there was no memory for them")
        .callback(show -> show.call((double) memory.get().refused()))
        .register(registry);
    CounterWithCallback.builder()
        .name("forebay_idle_callers_total")
        .help("Callers that were disconnected because they took nothing of their answers")
        .callback(show -> show.call((double) memory.get().idleCallers()))
        .register(registry);
  }

  /** Shows how this process shares quotas with others. */
  public void watchCluster(Supplier<FleetReading> fleet) {
    ClusterMetrics.show(fleet, registry);
  }

  /** Shows the answers that this process shares with others from now on. Called once. */
  public void watchAnswers(Supplier<SharedAnswers.Diagnostics> answers) {
    ClusterMetrics.showAnswers(answers, registry);
  }

  /** Shows how many calls were refused because they could not be begun in time. */
  public void watchDoor(LongSupplier refused) {
    CounterWithCallback.builder()
        .name("forebay_busy_refusals_total")
        .help("Calls that were refused because they could not be begun in half of their deadline")
        .callback(show -> show.call((double) refused.getAsLong()))
        .register(registry);
  }

  /**
   * The page that Prometheus reads.
   *
   * @param accept the form that the reader prefers: exemplars come in OpenMetrics alone, native
   *     histograms in the binary form
   */
  public Page scrape(@Nullable String accept) {
    ExpositionFormatWriter writer = ExpositionFormats.init().findWriter(accept);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(bytes, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("a page in memory", e);
    }
    return new Page(writer.getContentType(), bytes);
  }

  /** A page and what it is. */
  public record Page(String contentType, ByteArrayOutputStream bytes) {
    /** As text, whatever it is. */
    public String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    String route = journey.route().name();
    breakers.on(journey, event);
    switch (event) {
      case JourneyEvent.AttemptStarted e -> attemptStarted(journey, e);
      case JourneyEvent.Sent e -> durations.sent(journey, e);
      case JourneyEvent.Responded e -> {}
      case JourneyEvent.Flawed e ->
          flawed.labelValues(e.attempt().target().name(), e.flaw().label()).inc();
      case JourneyEvent.Waiting e -> {}
      case JourneyEvent.ContentStarted e -> {
        durations.firstToken(journey, event);
        genAi.contentStarted(journey, e);
      }
      case JourneyEvent.AttemptEnded e -> attemptEnded(journey, e);
      case JourneyEvent.Switched e -> fallbacks.labelValues(route).inc();
      case JourneyEvent.Answered e -> ended(journey, e, e.answer().source().label());
      case JourneyEvent.Interrupted e -> ended(journey, e, "interrupted");
      case JourneyEvent.Served e -> ended(journey, e, e.source().label());
      case JourneyEvent.Refused e -> ended(journey, e, "refused");
      case JourneyEvent.CallerLeft e -> ended(journey, e, "cancelled");
    }
  }

  private void attemptStarted(JourneyView journey, JourneyEvent.AttemptStarted event) {
    Step.Attempt attempt = event.attempt();
    if (attempt.number() == 1) {
      durations.admitted(journey, event);
    }
    if (event.hedge()) {
      hedges.labelValues(attempt.target().name()).inc();
    }
  }

  private void attemptEnded(JourneyView journey, JourneyEvent.AttemptEnded event) {
    String target = event.attempt().target().name();
    attempts.labelValues(target, event.outcome().label()).inc();
    TokenUsage used = event.outcome().answerUsage();
    if (used != null) {
      countTokens(target, used);
    }
    if (journey.isForeignRefusal(event.attempt().target(), event.outcome())) {
      fallbackRefusals.labelValues(journey.route().name(), target).inc();
    }
    genAi.attemptEnded(journey, event);
  }

  private void ended(JourneyView journey, JourneyEvent event, String answer) {
    requests.labelValues(journey.route().name(), answer).inc();
    durations.ended(journey, event);
    genAi.ended(journey, event);
  }

  private void countTokens(String target, TokenUsage usage) {
    add(target, "input", usage.input());
    add(target, "output", usage.output());
    add(target, "cache_read", usage.cacheRead());
    add(target, "cache_write", usage.cacheWrite());
  }

  private void add(String target, String kind, int count) {
    if (count > 0) {
      tokens.labelValues(target, kind).inc(count);
    }
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  private static String word(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
