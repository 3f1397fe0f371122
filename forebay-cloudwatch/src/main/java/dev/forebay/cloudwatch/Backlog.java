package dev.forebay.cloudwatch;

import dev.forebay.core.telemetry.DroppedTelemetry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data that are yet to arrive, a bounded number: the oldest are dropped and counted when there are
 * more. Not thread-safe.
 */
final class Backlog {
  /** Under which name lost data are counted. */
  static final String NAME = "cloudwatch";

  /** Per request: CloudWatch takes 1,000 in at most 1 MB. */
  static final int BATCH = 500;

  static final int MOST = 20_000;

  private static final Logger log = LoggerFactory.getLogger(Backlog.class);

  private final MetricSink sink;
  private final DroppedTelemetry dropped;
  private final ArrayDeque<Datum> waiting = new ArrayDeque<>();
  private boolean failing;

  Backlog(MetricSink sink, DroppedTelemetry dropped) {
    this.sink = sink;
    this.dropped = dropped;
    dropped.add(NAME, 0);
  }

  void add(List<Datum> data) {
    waiting.addAll(data);
    while (waiting.size() > MOST) {
      waiting.removeFirst();
      dropped.add(NAME, 1);
    }
  }

  int size() {
    return waiting.size();
  }

  /** Sends what there is, until something does not arrive. */
  void send() {
    while (!waiting.isEmpty()) {
      List<Datum> batch = new ArrayList<>(BATCH);
      while (batch.size() < BATCH && !waiting.isEmpty()) {
        batch.add(waiting.removeFirst());
      }
      MetricSink.Fate fate = sink.send(batch);
      tell(fate);
      switch (fate) {
        case ARRIVED -> {}
        case LOST -> {
          dropped.add(NAME, batch.size());
          return;
        }
        case LATER -> {
          batch.reversed().forEach(waiting::addFirst);
          return;
        }
      }
    }
  }

  private void tell(MetricSink.Fate fate) {
    boolean arrived = fate == MetricSink.Fate.ARRIVED;
    if (arrived == failing) {
      log.warn(
          arrived
              ? "Sending metrics to CloudWatch works again"
              : "Sending metrics to CloudWatch fails; they are queued, or dropped and counted");
    }
    failing = !arrived;
  }
}
