package dev.forebay.telemetry;

import dev.forebay.core.event.JourneyView;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.snapshots.Labels;

/** Adds to a measurement the trace that it is from, if that trace is kept. */
final class Exemplars {
  private Exemplars() {}

  static void observe(DistributionDataPoint histogram, double value, JourneyView journey) {
    String trace = journey.trace().keptId();
    if (trace == null) {
      histogram.observe(value);
    } else {
      histogram.observeWithExemplar(value, Labels.of("trace_id", trace));
    }
  }
}
