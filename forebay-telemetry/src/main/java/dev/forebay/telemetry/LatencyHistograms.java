package dev.forebay.telemetry;

import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** How long calls take, in buckets fixed and native. */
final class LatencyHistograms {
  /** From a fast refusal to the longest deadline that is usual. */
  private static final double[] SECONDS = {
    0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120
  };

  private static final double[] FINE = {
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25
  };

  private final Histogram admission;
  private final Histogram requests;
  private final Histogram firstTokens;
  private final Histogram overhead;

  LatencyHistograms(PrometheusRegistry registry) {
    admission =
        Histogram.builder()
            .name("forebay_admission_seconds")
            .help("From the whole request to its first attempt")
            .labelNames("route", "priority")
            .classicUpperBounds(SECONDS)
            .register(registry);
    requests =
        Histogram.builder()
            .name("forebay_request_seconds")
            .help("From the whole request to the end of the answer")
            .labelNames("route")
            .classicUpperBounds(SECONDS)
            .register(registry);
    firstTokens =
        Histogram.builder()
            .name("forebay_time_to_first_token_seconds")
            .help("From the whole request to a stream's first content")
            .labelNames("route")
            .classicUpperBounds(SECONDS)
            .register(registry);
    overhead =
        Histogram.builder()
            .name("forebay_gateway_overhead_seconds")
            .help("From the whole request until the first attempt's is out, without waiting")
            .labelNames("route")
            .classicUpperBounds(FINE)
            .register(registry);
  }

  void admitted(JourneyView journey, JourneyEvent event) {
    admission
        .labelValues(journey.route().name(), journey.call().priority().label())
        .observe(sinceStart(journey, event));
  }

  /** Later attempts have waited for the answer of the first. */
  void sent(JourneyView journey, JourneyEvent.Sent event) {
    if (event.attempt().number() == 1) {
      double own = sinceStart(journey, event) - journey.waitedNanos() / 1e9;
      overhead.labelValues(journey.route().name()).observe(own);
    }
  }

  void firstToken(JourneyView journey, JourneyEvent event) {
    Exemplars.observe(
        firstTokens.labelValues(journey.route().name()), sinceStart(journey, event), journey);
  }

  void ended(JourneyView journey, JourneyEvent event) {
    Exemplars.observe(
        requests.labelValues(journey.route().name()), sinceStart(journey, event), journey);
  }

  static double sinceStart(JourneyView journey, JourneyEvent event) {
    return (event.atNanos() - journey.startedAtNanos()) / 1e9;
  }
}
