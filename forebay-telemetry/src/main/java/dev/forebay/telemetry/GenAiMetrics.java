package dev.forebay.telemetry;

import dev.forebay.core.Outcome;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.telemetry.GenAiNames;
import dev.forebay.core.telemetry.Places;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.stream.DoubleStream;

/**
 * The measurements that OpenTelemetry's conventions name, in Prometheus' spelling: an attempt is
 * what a client of the model does, a call what the gateway serves. A model that only the caller's
 * request names is shown as {@code *}, as there may be any number of them.
 */
final class GenAiMetrics {
  private static final double[] SECONDS = powers(0.01, 2, 14);
  private static final double[] TOKENS = powers(1, 4, 14);

  private final Places places;
  private final Histogram clientDuration;
  private final Histogram clientFirstChunk;
  private final Histogram clientTokens;
  private final Histogram serverDuration;
  private final Histogram serverFirstToken;

  GenAiMetrics(PrometheusRegistry registry, Places places) {
    this.places = places;
    String operation = prometheus(GenAiNames.OPERATION);
    String provider = prometheus(GenAiNames.PROVIDER);
    String model = prometheus(GenAiNames.REQUEST_MODEL);
    String error = prometheus(GenAiNames.ERROR_TYPE);
    clientDuration =
        histogram(GenAiNames.CLIENT_DURATION + "_seconds", "Duration of attempts, to the last byte")
            .labelNames(operation, provider, model, error)
            .register(registry);
    clientFirstChunk =
        histogram(
                GenAiNames.CLIENT_FIRST_CHUNK + "_seconds", "Time of attempts to the first content")
            .labelNames(operation, provider, model)
            .register(registry);
    clientTokens =
        histogram(GenAiNames.CLIENT_TOKENS, "Tokens of an answer; input with what was cached")
            .labelNames(operation, provider, model, prometheus(GenAiNames.TOKEN_TYPE))
            .classicUpperBounds(TOKENS)
            .register(registry);
    serverDuration =
        histogram(GenAiNames.SERVER_DURATION + "_seconds", "Duration of calls, to the last byte")
            .labelNames(operation, provider, model, error)
            .register(registry);
    serverFirstToken =
        histogram(GenAiNames.SERVER_FIRST_TOKEN + "_seconds", "Time of calls to the first content")
            .labelNames(operation, provider, model)
            .register(registry);
  }

  void contentStarted(JourneyView journey, JourneyEvent.ContentStarted event) {
    String operation = operation(journey);
    String model = places.of(event.attempt().target().name()).model();
    clientFirstChunk
        .labelValues(operation, GenAiNames.BEDROCK, model)
        .observe(event.afterNanos() / 1e9);
    serverFirstToken
        .labelValues(operation, GenAiNames.BEDROCK, journey.route().name())
        .observe(LatencyHistograms.sinceStart(journey, event));
  }

  void attemptEnded(JourneyView journey, JourneyEvent.AttemptEnded event) {
    String operation = operation(journey);
    String model = places.of(event.attempt().target().name()).model();
    Outcome outcome = event.outcome();
    String error = outcome instanceof Outcome.Succeeded ? "" : outcome.label();
    clientDuration
        .labelValues(operation, GenAiNames.BEDROCK, model, error)
        .observe(event.tookNanos() / 1e9);
    TokenUsage used = outcome.answerUsage();
    if (used != null && used.total() > 0) {
      double input = (double) used.input() + used.cacheRead() + used.cacheWrite();
      clientTokens.labelValues(operation, GenAiNames.BEDROCK, model, "input").observe(input);
      clientTokens
          .labelValues(operation, GenAiNames.BEDROCK, model, "output")
          .observe(used.output());
    }
  }

  void ended(JourneyView journey, JourneyEvent event) {
    String error =
        switch (event) {
          case JourneyEvent.Refused refused -> "refused";
          case JourneyEvent.Interrupted broken -> "interrupted";
          case JourneyEvent.CallerLeft left -> "cancelled";
          default -> "";
        };
    Exemplars.observe(
        serverDuration.labelValues(
            operation(journey), GenAiNames.BEDROCK, journey.route().name(), error),
        LatencyHistograms.sinceStart(journey, event),
        journey);
  }

  /** From a fixed list; empty without tracing. */
  private static String operation(JourneyView journey) {
    return GenAiNames.operation(journey.trace().origin().operation());
  }

  private static Histogram.Builder histogram(String name, String help) {
    return Histogram.builder().name(prometheus(name)).help(help).classicUpperBounds(SECONDS);
  }

  private static String prometheus(String name) {
    return name.replace('.', '_');
  }

  private static double[] powers(double first, double factor, int count) {
    return DoubleStream.iterate(first, each -> each * factor).limit(count).toArray();
  }
}
