package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.admission.QuotaMirror.Span;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuotaMirrorTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  // A whole second, some of which after the clock overflows.
  private long now = Math.floorDiv(Long.MAX_VALUE, SECOND) * SECOND - 5 * SECOND;
  private final UsageWindow use = new UsageWindow(now);
  private final MinutePhases phases = new MinutePhases();

  /** 600 of 1,000 a minute are taken, and the service is asked for more that much later. */
  @ParameterizedTest
  @CsvSource({
    "SLIDING,  0, 400, 1",
    "SLIDING,  0, 401, 0",
    "SLIDING, 30, 401, 0",
    "SLIDING, 60, 401, 0",
    "SLIDING, 61, 1000, 1",
    "BUCKET,   0, 400, 1",
    "BUCKET,   0, 401, 0",
    "BUCKET,  30, 900, 1",
    "BUCKET,  30, 901, 0",
    "BUCKET,  60, 1000, 1",
    "BUCKET, 60, 1001, 0",
    "FIXED,    0, 400, 1",
    "FIXED,    0, 401, 0",
    "FIXED,   30, 401, 0.5",
    "FIXED, 30, 1001, 0",
    "FIXED,   45, 900, 0.75",
    "FIXED,  60, 1000, 1",
  })
  void whatFits(Span span, int later, long amount, double likely) {
    QuotaMirror mirror = mirror(span, 1_000);
    take(mirror, 600);
    now += later * SECOND;

    assertThat(mirror.fits(amount, now)).isEqualTo(likely, within(1e-9));
  }

  @ParameterizedTest
  @EnumSource
  void aLimitThatIsNotKnownLetsAllIn(Span span) {
    QuotaMirror mirror = mirror(span, Double.POSITIVE_INFINITY);
    take(mirror, 1_000_000_000_000L);

    assertThat(mirror.fits(1_000_000_000_000L, now)).isEqualTo(1);
  }

  /** Of 600 that were taken, and 200 that are refused so much later. */
  @ParameterizedTest
  @CsvSource({
    "SLIDING,  0, 799", "SLIDING, 30, 799", "SLIDING, 61, 200",
    "BUCKET,   0, 799", "BUCKET, 30, 532.3", "BUCKET, 60, 200",
    "FIXED,    0, 799", "FIXED,  30, 799", "FIXED, 60, 200",
  })
  void aRefusalLowersTheLimitToWhatExplainsIt(Span span, int later, double limit) {
    QuotaMirror mirror = mirror(span, Double.POSITIVE_INFINITY);
    take(mirror, 600);
    now += later * SECOND;

    mirror.lower(200, now);

    assertThat(mirror.limit).isEqualTo(limit, within(0.1));
    if (later < 60) {
      assertThat(mirror.fits(200, now)).isLessThan(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLimitIsNeverLoweredUpwards(Span span) {
    QuotaMirror low = mirror(span, 700);
    take(low, 600);

    low.lower(200, now);
    assertThat(low.limit).isEqualTo(700);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAcceptedRaisesTheLimit(Span span) {
    QuotaMirror mirror = mirror(span, 1_000);
    take(mirror, 1_200);

    mirror.raise(now);
    assertThat(mirror.limit).isEqualTo(1_200);
    now += 61 * SECOND;
    mirror.raise(now);
    assertThat(mirror.limit).as("never down").isEqualTo(1_200);
  }

  @Test
  void whereAMinuteMayHaveBegunSinceItProvesLess() {
    QuotaMirror mirror = mirror(Span.FIXED, 1_000);
    take(mirror, 900);
    now += 10 * SECOND;
    take(mirror, 1_100);

    mirror.raise(now);

    assertThat(mirror.limit).isEqualTo(1_100);
  }

  @Test
  void aBucketThatRefusedHasLessThanWasAskedFor() {
    QuotaMirror mirror = mirror(Span.BUCKET, 1_000);
    mirror.drain(300, now);

    assertThat(mirror.fits(300, now)).isZero();
    assertThat(mirror.fits(299, now)).isEqualTo(1);
    mirror.drain(900, now);
    assertThat(mirror.fits(300, now)).as("it was emptier").isZero();
  }

  @Test
  void aBucketThatAcceptedMissesNoMoreThanItHolds() {
    QuotaMirror mirror = mirror(Span.BUCKET, 1_000);
    take(mirror, 1_500);
    now += 6 * SECOND;
    assertThat(mirror.used(now)).isEqualTo(1_400);

    mirror.refill(now);

    assertThat(mirror.used(now)).isEqualTo(1_000);
    now += 6 * SECOND;
    assertThat(mirror.fits(100, now)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"SLIDING", "FIXED"})
  void othersAreNeitherDrainedNorRefilled(Span span) {
    QuotaMirror mirror = mirror(span, 1_000);
    take(mirror, 1_500);
    mirror.refill(now);
    mirror.drain(1, now);

    assertThat(mirror.used(now)).isEqualTo(1_500);
  }

  @Test
  void whatAnotherProcessTookIsRefilledSince() {
    QuotaMirror mirror = mirror(Span.BUCKET, 1_000);
    mirror.recall(600, 45 * SECOND, now);
    mirror.recall(300, 15 * SECOND, now);

    assertThat(mirror.used(now)).isEqualTo(100 + 300 - 250, within(1.0));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsGivenBackFitsAgain(Span span) {
    QuotaMirror mirror = mirror(span, 1_000);
    take(mirror, 1_000);
    use.settle(-400, now, now);
    mirror.settle(-400);

    assertThat(mirror.fits(400, now)).isEqualTo(1);
    assertThat(mirror.fits(401, now)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aQuotaOfRequestsBindsAsWell(Span span) {
    RequestQuota requests = new RequestQuota(2, now);
    QuotaMirror mirror = new QuotaMirror(span, false, use, phases, requests, 1_000, 1, now);
    requests.take(now);
    assertThat(mirror.fits(1, now)).isEqualTo(1);
    requests.take(now);

    assertThat(mirror.fits(1, now)).isZero();
    assertThat(mirror.fits(1_001, now)).isZero();
  }

  private QuotaMirror mirror(Span span, double limit) {
    return new QuotaMirror(span, false, use, phases, null, limit, 1, now);
  }

  private void take(QuotaMirror mirror, long amount) {
    use.take(amount, now);
    mirror.take(amount);
  }
}
