package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.admission.QuotaHypothesis.Span;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuotaHypothesisTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  // A whole second, some of which after the clock overflows.
  private long now = Math.floorDiv(Long.MAX_VALUE, SECOND) * SECOND - 5 * SECOND;
  private final UsageWindow use = new UsageWindow(now);
  private final WindowOffsets offsets = new WindowOffsets();

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
    QuotaHypothesis hypothesis = hypothesis(span, 1_000);
    take(hypothesis, 600);
    now += later * SECOND;

    assertThat(hypothesis.fits(amount, now)).isEqualTo(likely, within(1e-9));
  }

  @ParameterizedTest
  @EnumSource
  void aLimitThatIsNotKnownLetsAllIn(Span span) {
    QuotaHypothesis hypothesis = hypothesis(span, Double.POSITIVE_INFINITY);
    take(hypothesis, 1_000_000_000_000L);

    assertThat(hypothesis.fits(1_000_000_000_000L, now)).isEqualTo(1);
  }

  /** Of 600 that were taken, and 200 that are refused so much later. */
  @ParameterizedTest
  @CsvSource({
    "SLIDING,  0, 799", "SLIDING, 30, 799", "SLIDING, 61, 200",
    "BUCKET,   0, 799", "BUCKET, 30, 532.3", "BUCKET, 60, 200",
    "FIXED,    0, 799", "FIXED,  30, 799", "FIXED, 60, 200",
  })
  void aRefusalLowersTheLimitToWhatExplainsIt(Span span, int later, double limit) {
    QuotaHypothesis hypothesis = hypothesis(span, Double.POSITIVE_INFINITY);
    take(hypothesis, 600);
    now += later * SECOND;

    hypothesis.lower(200, now);

    assertThat(hypothesis.limit).isEqualTo(limit, within(0.1));
    if (later < 60) {
      assertThat(hypothesis.fits(200, now)).isLessThan(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLimitIsNeverLoweredUpwards(Span span) {
    QuotaHypothesis low = hypothesis(span, 700);
    take(low, 600);

    low.lower(200, now);
    assertThat(low.limit).isEqualTo(700);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAcceptedRaisesTheLimit(Span span) {
    QuotaHypothesis hypothesis = hypothesis(span, 1_000);
    take(hypothesis, 1_200);

    hypothesis.raise(now);
    assertThat(hypothesis.limit).isEqualTo(1_200);
    now += 61 * SECOND;
    hypothesis.raise(now);
    assertThat(hypothesis.limit).as("never down").isEqualTo(1_200);
  }

  @Test
  void whereAMinuteMayHaveBegunSinceItProvesLess() {
    QuotaHypothesis hypothesis = hypothesis(Span.FIXED, 1_000);
    take(hypothesis, 900);
    now += 10 * SECOND;
    take(hypothesis, 1_100);

    hypothesis.raise(now);

    assertThat(hypothesis.limit).isEqualTo(1_100);
  }

  @Test
  void aBucketThatRefusedHasLessThanWasAskedFor() {
    QuotaHypothesis hypothesis = hypothesis(Span.BUCKET, 1_000);
    hypothesis.drain(300, now);

    assertThat(hypothesis.fits(300, now)).isZero();
    assertThat(hypothesis.fits(299, now)).isEqualTo(1);
    hypothesis.drain(900, now);
    assertThat(hypothesis.fits(300, now)).as("it was emptier").isZero();
  }

  @Test
  void aBucketThatAcceptedMissesNoMoreThanItHolds() {
    QuotaHypothesis hypothesis = hypothesis(Span.BUCKET, 1_000);
    take(hypothesis, 1_500);
    now += 6 * SECOND;
    assertThat(hypothesis.used(now)).isEqualTo(1_400);

    hypothesis.refill(now);

    assertThat(hypothesis.used(now)).isEqualTo(1_000);
    now += 6 * SECOND;
    assertThat(hypothesis.fits(100, now)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"SLIDING", "FIXED"})
  void othersAreNeitherDrainedNorRefilled(Span span) {
    QuotaHypothesis hypothesis = hypothesis(span, 1_000);
    take(hypothesis, 1_500);
    hypothesis.refill(now);
    hypothesis.drain(1, now);

    assertThat(hypothesis.used(now)).isEqualTo(1_500);
  }

  @Test
  void whatAnotherProcessTookIsRefilledSince() {
    QuotaHypothesis hypothesis = hypothesis(Span.BUCKET, 1_000);
    hypothesis.recall(600, 45 * SECOND, now);
    hypothesis.recall(300, 15 * SECOND, now);

    assertThat(hypothesis.used(now)).isEqualTo(100 + 300 - 250, within(1.0));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsGivenBackFitsAgain(Span span) {
    QuotaHypothesis hypothesis = hypothesis(span, 1_000);
    take(hypothesis, 1_000);
    use.settle(-400, now, now);
    hypothesis.settle(-400);

    assertThat(hypothesis.fits(400, now)).isEqualTo(1);
    assertThat(hypothesis.fits(401, now)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aQuotaOfRequestsBindsAsWell(Span span) {
    RequestQuota requests = new RequestQuota(2, now);
    QuotaHypothesis hypothesis =
        new QuotaHypothesis(span, false, use, offsets, requests, 1_000, 1, now);
    requests.take(now);
    assertThat(hypothesis.fits(1, now)).isEqualTo(1);
    requests.take(now);

    assertThat(hypothesis.fits(1, now)).isZero();
    assertThat(hypothesis.fits(1_001, now)).isZero();
  }

  private QuotaHypothesis hypothesis(Span span, double limit) {
    return new QuotaHypothesis(span, false, use, offsets, null, limit, 1, now);
  }

  private void take(QuotaHypothesis hypothesis, long amount) {
    use.take(amount, now);
    hypothesis.take(amount);
  }
}
