package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaHypothesesTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final double UNKNOWN = Double.POSITIVE_INFINITY;

  // A whole second, some of which after the clock overflows.
  private long now = Math.floorDiv(Long.MAX_VALUE, SECOND) * SECOND - 30 * SECOND;
  private QuotaHypotheses hypotheses = known();

  @Test
  void whatFitsByAllMirrorsIsSureAndWhatFitsByNoneNearlySureNot() {
    assertThat(foresee(60_000)).isEqualTo(1, within(1e-9));
    assertThat(hypotheses.agreed(hypotheses.accepting())).isTrue();
    assertThat(foresee(60_001)).isEqualTo(0.01, within(1e-9));
    assertThat(hypotheses.accepting()).isZero();
  }

  @Test
  void whereOutputCostsMoreSomeServicesMaySetThatAside() {
    hypotheses = new QuotaHypotheses(60_000, 5, null, now);

    assertThat(hypotheses.foresee(13_000, 11_000, now)).isEqualTo(1, within(1e-9));
    assertThat(hypotheses.foresee(20_000, 11_000, now)).isEqualTo(0.7, within(0.01));
  }

  @Test
  void acceptedAttemptsLeaveAKnownQuotaAsItIs() {
    for (int i = 0; i < 300; i++) {
      now += SECOND;
      if (foresee(1_100) >= QuotaProbes.SURE) {
        accept(1_100);
      }
    }

    assertThat(hypotheses.perMinute()).isEqualTo(60_000);
    assertThat(hypotheses.learned(now).keySet()).allMatch(name -> name.startsWith("used."));
  }

  @Test
  void aRefusalThatNoMirrorExplainsMayBeChance() {
    take(10_000);
    refuse(1_000, true);

    assertThat(hypotheses.perMinute()).isEqualTo(60_000);
    assertThat(foresee(1_000)).isEqualTo(1, within(1e-9));
  }

  @Test
  void oneThatIsNoChanceLowersTheLimitToWhatExplainsIt() {
    take(10_000);
    refuse(1_000, false);

    assertThat(hypotheses.perMinute()).isEqualTo(10_999);
    assertThat(foresee(1_000)).isLessThan(0.5);
  }

  @Test
  void oneThatAMirrorExplainsLowersNoConfiguredLimit() {
    take(60_000);
    now += 30 * SECOND;
    double before = foresee(10_000);
    refuse(10_000, false);

    assertThat(hypotheses.perMinute()).isEqualTo(60_000);
    assertThat(before).as("by the bucket, and half of the fixed minutes").isBetween(0.45, 0.55);
    assertThat(foresee(10_000)).as("less by the bucket").isLessThan(0.4);
  }

  @Test
  void mirrorsThatWereRightGainWeight() {
    for (int minute = 0; minute < 6; minute++) {
      take(45_000);
      now += 20 * SECOND;
      foresee(30_000);
      accept(30_000);
      now += 42 * SECOND;
    }
    take(45_000);
    now += 20 * SECOND;

    assertThat(foresee(20_000)).isGreaterThan(0.75);
    assertThat(hypotheses.waitNanos(30_000, now)).as("a bucket").isLessThan(10 * SECOND);
    assertThat(hypotheses.perMinute()).isEqualTo(60_000);
  }

  @Test
  void whatNoMirrorExpectedRaisesAConfiguredLimit() {
    take(60_000);
    foresee(5_000);
    accept(5_000);

    assertThat(hypotheses.perMinute()).isEqualTo(65_000);
  }

  @Test
  void whatIsNotKnownLimitsNothingBeforeARefusalThatIsNoChance() {
    hypotheses = unknown();
    take(1_000_000);
    assertThat(foresee(1_000_000)).isEqualTo(1);
    refuse(1_000_000, true);
    assertThat(hypotheses.limits()).isFalse();
    assertThat(hypotheses.perMinute()).isInfinite();

    refuse(1_000, false);

    assertThat(hypotheses.limits()).isTrue();
    assertThat(hypotheses.perMinute()).isEqualTo(1_000_999);
    assertThat(foresee(1_000)).isLessThan(0.5);
    assertThat(foresee(10)).isGreaterThan(0.9);
  }

  @Test
  void manyRefusalsByChanceMakeTheBeliefThatThereIsNoLimit() {
    hypotheses = unknown();
    refuse(1_000, false);
    assertThat(foresee(1_000)).isLessThan(0.7);
    for (int i = 0; i < 200; i++) {
      now += SECOND;
      foresee(1_000);
      hypotheses.counts(false);
      accept(1_000);
    }

    assertThat(foresee(1_000)).isGreaterThan(QuotaProbes.LIKELY);
  }

  /** Whatever happened before: refusals that nothing explains, and unexpected answers. */
  @Test
  void whatAllMirrorsOfAConfiguredQuotaExpectToBeRefusedIsNeverSure() {
    for (int minute = 0; minute < 100; minute++) {
      now += 61 * SECOND;
      hypotheses.counts(true);
      refuse(1_000, false);
      foresee(5_000);
      accept(5_000);
      assertThat(foresee(10_000_000)).isLessThanOrEqualTo(0.9 + 1e-9);
      assertThat(hypotheses.accepting()).isZero();
    }
    assertThat(foresee(10_000_000)).as("nearly the most").isGreaterThan(0.85);
    assertThat(QuotaProbes.kind(foresee(10_000_000))).isNotEqualTo(QuotaProbes.Kind.SURE);
  }

  @Test
  void anotherProcessGoesOnFromWhatWasLearned() {
    hypotheses = unknown();
    take(40_000);
    now += 20 * SECOND;
    take(10_000);
    refuse(1_000, false);
    Map<String, Double> learned = hypotheses.learned(now);
    long later = 12_345 * SECOND;
    QuotaHypotheses next = new QuotaHypotheses(UNKNOWN, 1, null, later);

    next.recall(learned, 5 * SECOND, later);

    assertThat(next.limits()).isTrue();
    assertThat(next.perMinute()).isEqualTo(hypotheses.perMinute());
    for (int seconds : new int[] {0, 20, 40, 60}) {
      for (long amount : new long[] {1_000, 20_000, 45_000, 60_000}) {
        assertThat(next.foresee(amount, 0, later + seconds * SECOND))
            .as("%d after %d s", amount, seconds)
            .isEqualTo(hypotheses.foresee(amount, 0, now + (seconds + 5) * SECOND), within(0.05));
      }
    }
  }

  @Test
  void whatWasUsedMoreThanAMinuteAgoIsNotRecalled() {
    take(40_000);
    QuotaHypotheses next = known();

    next.recall(hypotheses.learned(now), 61 * SECOND, now);

    assertThat(next.foresee(60_000, 0, now)).isEqualTo(1, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0, 1e15, Double.NaN, Double.NEGATIVE_INFINITY, 1e300})
  void nonsenseIsNotRecalled(double value) {
    hypotheses.recall(Map.of("sliding.limit", value, "used.3", value, "other", 1.0), 0, now);

    assertThat(hypotheses.perMinute()).isEqualTo(60_000);
    assertThat(foresee(60_000)).isEqualTo(1, within(1e-9));
  }

  private QuotaHypotheses known() {
    return new QuotaHypotheses(60_000, 1, null, now);
  }

  private QuotaHypotheses unknown() {
    return new QuotaHypotheses(UNKNOWN, 1, null, now);
  }

  private double foresee(long amount) {
    return hypotheses.foresee(amount, 0, now);
  }

  /** Sent and let in while nothing is checked. */
  private void take(long amount) {
    hypotheses.take(amount, 0, now);
  }

  /** What was foreseen last is let in. */
  private void accept(long amount) {
    int foreseen = hypotheses.accepting();
    hypotheses.take(amount, 0, now);
    hypotheses.accepted(foreseen, false, now);
  }

  private void refuse(long amount, boolean isChance) {
    foresee(amount);
    hypotheses.refused(hypotheses.accepting(), amount, 0, isChance, now);
  }
}
