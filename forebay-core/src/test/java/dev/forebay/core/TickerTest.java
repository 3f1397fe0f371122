package dev.forebay.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TickerTest {
  private final AtomicLong machine = new AtomicLong(-5_000_000_000L);
  private final Ticker tenfold = new ScaledTicker(machine::get, 10);

  @Test
  void aFasterClockBeginsAtZeroAndRunsAhead() {
    assertThat(tenfold.nanos()).isZero();

    machine.addAndGet(TimeUnit.SECONDS.toNanos(6));

    assertThat(tenfold.nanos()).isEqualTo(TimeUnit.MINUTES.toNanos(1));
  }

  @Test
  void itsTimersAreShorterByTheSameFactor() {
    assertThat(tenfold.timerMillis(TimeUnit.SECONDS.toNanos(1))).isEqualTo(101);
    assertThat(Ticker.system().timerMillis(TimeUnit.SECONDS.toNanos(1))).isEqualTo(1001);
  }

  @Test
  void aTimerForNothingOrForThePastStillTakesATick() {
    assertThat(tenfold.timerMillis(0)).isEqualTo(1);
    assertThat(Ticker.system().timerMillis(-TimeUnit.SECONDS.toNanos(3))).isEqualTo(1);
  }

  @Test
  void aSpeedMustBePositive() {
    assertThatThrownBy(() -> Ticker.atSpeed(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ticker.atSpeed(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
