package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.simulator.QuotaModel.WindowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeterTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @EnumSource(WindowKind.class)
  void whatIsAdmittedIsWithinTheQuota(WindowKind kind) {
    Meter meter = Meter.of(kind);
    Draws draws = new Draws(1);
    double limit = 1000;
    double taken = 0;
    for (long now = 0; now < 600 * SECOND; now += SECOND / 10) {
      double amount = 1 + draws.nextInt(50);
      if (meter.fits(now, amount, limit)) {
        meter.take(now, amount);
        taken += amount;
      }
      assertThat(meter.used(now, limit)).isLessThanOrEqualTo(limit);
    }
    double bucketful = kind == WindowKind.BUCKET ? limit : 0;
    assertThat(taken).isLessThanOrEqualTo(10 * limit + bucketful).isGreaterThan(9 * limit);
  }

  @ParameterizedTest
  @EnumSource(WindowKind.class)
  void aSettlementGivesBackWhatWasNotUsed(WindowKind kind) {
    Meter meter = Meter.of(kind);
    meter.take(0, 800);
    assertThat(meter.fits(SECOND, 300, 1000)).isFalse();

    meter.settle(0, SECOND, 800, 100);

    assertThat(meter.fits(SECOND, 890, 1000)).isTrue();
    assertThat(meter.used(SECOND, 1000)).isCloseTo(100, within(20.0));
  }

  @Test
  void aFixedWindowForgetsAtTheMinuteAndASlidingOneAfterIt() {
    Meter fixed = Meter.of(WindowKind.FIXED);
    Meter sliding = Meter.of(WindowKind.SLIDING);
    fixed.take(50 * SECOND, 1000);
    sliding.take(50 * SECOND, 1000);

    assertThat(fixed.fits(60 * SECOND, 1000, 1000)).isTrue();
    assertThat(sliding.fits(109 * SECOND, 1, 1000)).isFalse();
    assertThat(sliding.fits(111 * SECOND, 1000, 1000)).isTrue();
  }

  @Test
  void aFixedWindowChargesALaterOneOnlyForWhatExceedsTheReservation() {
    Meter meter = Meter.of(WindowKind.FIXED);
    meter.take(50 * SECOND, 500);
    meter.settle(50 * SECOND, 70 * SECOND, 500, 100);
    assertThat(meter.used(70 * SECOND, 1000)).isZero();

    meter.take(70 * SECOND, 500);
    meter.settle(70 * SECOND, 130 * SECOND, 500, 900);
    assertThat(meter.used(130 * SECOND, 1000)).isEqualTo(400);
  }
}
