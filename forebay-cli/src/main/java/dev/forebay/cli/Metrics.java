package dev.forebay.cli;

import dev.forebay.gateway.MetricsPage;
import dev.forebay.gateway.QueueFigures;
import dev.forebay.telemetry.PrometheusMetrics;
import java.nio.charset.StandardCharsets;

/** Shows the metrics to the gateway's readers. */
final class Metrics {
  private Metrics() {}

  static MetricsPage page(PrometheusMetrics metrics) {
    return accept ->
        new MetricsPage.Page(
            "text/plain; version=0.0.4; charset=utf-8",
            metrics.scrape().getBytes(StandardCharsets.UTF_8));
  }

  /** Shows the queue from now on. */
  static void watch(PrometheusMetrics metrics, QueueFigures queue) {
    metrics.watchQueue(
        QueueFigures.states(),
        state -> (double) queue.jobs(state),
        () -> (double) queue.oldest().toMillis() / 1_000,
        queue::reachable);
  }
}
