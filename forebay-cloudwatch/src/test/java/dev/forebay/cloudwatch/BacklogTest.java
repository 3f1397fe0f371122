package dev.forebay.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.telemetry.DroppedTelemetry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final Datum DATUM =
      new Datum(
          Series.of("FallbackModelInvocations", "Count", "Route", "a\"b"),
          Instant.parse("2026-11-25T05:00:00Z"),
          new StatisticSet(3, 4.5, 0.5, 2));

  private final DroppedTelemetry dropped = new DroppedTelemetry();
  private final List<Integer> sent = new ArrayList<>();

  @Test
  void aBacklogOfDaysIsBoundedAndTheRestIsCounted() {
    Backlog backlog = answered(MetricSink.Fate.LATER);
    for (int minute = 0; minute < 3 * 24 * 60; minute++) {
      backlog.add(Collections.nCopies(40, DATUM));
      backlog.send();
    }

    assertThat(backlog.size()).isEqualTo(Backlog.MOST);
    assertThat(dropped.of(Backlog.NAME)).isEqualTo(3 * 24 * 60 * 40 - Backlog.MOST);
  }

  @Test
  void whatMayHaveArrivedIsNotSentAgain() {
    Backlog backlog = answered(MetricSink.Fate.LOST);
    backlog.add(Collections.nCopies(40, DATUM));
    backlog.send();
    backlog.send();

    assertThat(sent).containsExactly(40);
    assertThat(dropped.of(Backlog.NAME)).isEqualTo(40);
  }

  @Test
  void muchGoesInSeveralRequests() {
    Backlog backlog = answered(MetricSink.Fate.ARRIVED);
    backlog.add(Collections.nCopies(1_200, DATUM));
    backlog.send();

    assertThat(sent).containsExactly(500, 500, 200);
    assertThat(dropped.of(Backlog.NAME)).isZero();
  }

  private Backlog answered(MetricSink.Fate fate) {
    return new Backlog(
        new MetricSink() {
          @Override
          public Fate send(List<Datum> batch) {
            sent.add(batch.size());
            return fate;
          }

          @Override
          public void close() {}
        },
        dropped);
  }
}
