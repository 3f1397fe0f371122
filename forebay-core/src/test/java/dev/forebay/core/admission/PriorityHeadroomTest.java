package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityHeadroomTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** A thousand a second: the burst is 2,000. */
  private static final double PER_MINUTE = 60_000;

  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow
  private final PriorityHeadroom room = new PriorityHeadroom(now);

  @ParameterizedTest
  @CsvSource({"INTERACTIVE, 0", "STANDARD, 100", "BATCH, 300"})
  void eachClassLeavesWhatMoreUrgentOnesAskedForInTheLastMinute(Priority priority, long wanted) {
    room.arrived(asking(Priority.INTERACTIVE, 100), now);
    room.arrived(asking(Priority.STANDARD, 200), now);
    room.arrived(asking(Priority.BATCH, 400), now);

    assertThat(room.wanted(priority, now)).isEqualTo(wanted);
    now += 61 * SECOND;
    assertThat(room.wanted(priority, now)).isZero();
  }

  @Test
  void twoSecondsOfTheMeanRateAreABurst() {
    assertThat(room.isPaced(1_000_000, PER_MINUTE, now)).as("it is full").isTrue();
    take(1_700);
    assertThat(room.isPaced(300, PER_MINUTE, now)).isTrue();
    assertThat(room.isPaced(301, PER_MINUTE, now)).isFalse();
    take(300);
    assertThat(room.isPaced(1, PER_MINUTE, now)).isFalse();
    now += SECOND / 4;
    assertThat(room.isPaced(250, PER_MINUTE, now)).isTrue();
    assertThat(room.isPaced(251, PER_MINUTE, now)).isFalse();
  }

  @Test
  void ofLargerCallsSixAreABurst() {
    for (int i = 0; i < 6; i++) {
      assertThat(room.isPaced(1_000, PER_MINUTE, now)).isTrue();
      take(1_000);
    }
    assertThat(room.isPaced(1_000, PER_MINUTE, now)).isFalse();
    now += SECOND;
    assertThat(room.isPaced(1_000, PER_MINUTE, now)).isTrue();
    assertThat(room.isPaced(999, PER_MINUTE, now)).isFalse();
  }

  @Test
  void whatIsNotUsedIsGivenBack() {
    Reservation held = asking(Priority.BATCH, 2_000);
    room.take(held, PER_MINUTE, now);
    assertThat(room.isPaced(1, PER_MINUTE, now)).isFalse();

    room.settle(held, 1_800);

    assertThat(room.isPaced(200, PER_MINUTE, now)).isTrue();
    assertThat(room.isPaced(201, PER_MINUTE, now)).isFalse();
  }

  @Test
  void aBurstIsWaitedForNoLongerThanHalfAMinute() {
    take(60_000);
    now += 25 * SECOND;
    assertThat(room.isPaced(1, PER_MINUTE, now)).isFalse();
    now += 2 * SECOND;
    assertThat(room.isPaced(1_000, PER_MINUTE, now)).isTrue();
  }

  @Test
  void whereNothingLimitsNoCallIsHeldBack() {
    room.take(asking(Priority.INTERACTIVE, 1_000_000), Double.POSITIVE_INFINITY, now);
    assertThat(room.isPaced(1_000_000, Double.POSITIVE_INFINITY, now)).isTrue();
    now += SECOND;
    assertThat(room.isPaced(1_000_000, Double.POSITIVE_INFINITY, now)).isTrue();
  }

  private void take(long tokens) {
    room.take(asking(Priority.BATCH, tokens), PER_MINUTE, now);
  }

  private Reservation asking(Priority priority, long tokens) {
    Call call = new Call(false, 0, 0, Call.ROUTE_DEADLINE, priority, Tenant.ANYONE, 0, 0, false);
    Reservation asked = new Reservation(call, now + 60 * SECOND);
    asked.asks(tokens, 0);
    return asked;
  }
}
