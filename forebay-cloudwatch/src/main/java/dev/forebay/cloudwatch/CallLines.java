package dev.forebay.cloudwatch;

import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.telemetry.DroppedTelemetry;
import java.time.temporal.ChronoUnit;

/** Writes what was added up whenever a call ends, without a thread of its own. Thread-safe. */
final class CallLines implements JourneyListener {
  private final Sums sums = new Sums();
  private final Backlog backlog;

  CallLines(MetricSink sink, DroppedTelemetry dropped) {
    this.backlog = new Backlog(sink, dropped);
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    sums.on(journey, event);
    if (journey.ended()) {
      synchronized (backlog) {
        backlog.add(sums.take(CloudWatchMetrics.now().truncatedTo(ChronoUnit.MINUTES)));
        backlog.send();
      }
    }
  }
}
