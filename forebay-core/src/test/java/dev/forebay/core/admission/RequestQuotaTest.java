package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.admission.QuotaHypothesis.Span;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequestQuotaTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = Math.floorDiv(Long.MAX_VALUE, SECOND) * SECOND - 5 * SECOND;
  private final WindowOffsets offsets = new WindowOffsets();
  private final RequestQuota quota = new RequestQuota(60, now);

  /** All sixty are taken, and one more is asked for so much later. */
  @ParameterizedTest
  @CsvSource({
    "SLIDING, 0, 0",
    "SLIDING, 30, 0",
    "SLIDING, 60, 0",
    "SLIDING, 61, 1",
    "BUCKET, 0, 0",
    "BUCKET, 1, 1",
    "BUCKET, 60, 1",
    "FIXED, 0, 0",
    "FIXED, 30, 0.5",
    "FIXED, 60, 1",
  })
  void itIsCountedOverEachSpan(Span span, int later, double likely) {
    take(60);
    now += later * SECOND;

    assertThat(quota.fits(span, offsets, now)).isEqualTo(likely, within(1e-9));
  }

  @ParameterizedTest
  @EnumSource
  void whatTheServiceDidNotCountIsGivenBack(Span span) {
    take(60);
    quota.giveBack(now, now);

    assertThat(quota.fits(span, offsets, now)).isEqualTo(1);
    take(1);
    assertThat(quota.fits(span, offsets, now)).isZero();
  }

  @Test
  void theWaitIsUntilSoManyHaveLeftTheMinute() {
    take(40);
    now += 20 * SECOND;
    take(20);

    assertThat(quota.waitNanos(1, now)).isEqualTo(41 * SECOND);
    assertThat(quota.waitNanos(40, now)).isEqualTo(41 * SECOND);
    assertThat(quota.waitNanos(41, now)).isEqualTo(61 * SECOND);
    assertThat(quota.waitNanos(240, now)).as("four minutes' worth").isGreaterThan(120 * SECOND);
  }

  @Test
  void thereIsNoWaitForWhatFits() {
    take(10);
    assertThat(quota.waitNanos(50, now)).isZero();
    assertThat(quota.waitNanos(51, now)).isPositive();
  }

  private void take(int calls) {
    for (int i = 0; i < calls; i++) {
      quota.take(now);
    }
  }
}
