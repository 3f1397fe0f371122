package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CubicRateTest {
  private static final long EPOCH = Duration.ofSeconds(2).toNanos();
  private static final long SECOND = 1_000_000_000L;

  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow
  private CubicRate rate = new CubicRate(Double.POSITIVE_INFINITY, now);

  @Test
  void defaultsArePinned() {
    assertThat(CubicRate.DEPTH).isEqualTo(0.1);
    assertThat(CubicRate.MIN_PLATEAU).isEqualTo(Duration.ofSeconds(20));
    assertThat(CubicRate.MAX_PLATEAU).isEqualTo(Duration.ofSeconds(45));
    assertThat(CubicRate.PLATEAU_CALLS).isEqualTo(5);
    assertThat(CubicRate.MIN_PAUSE).isEqualTo(Duration.ofSeconds(1));
    assertThat(CubicRate.MAX_FIRST_PAUSE).isEqualTo(Duration.ofSeconds(10));
    assertThat(CubicRate.MAX_PAUSE).isEqualTo(Duration.ofSeconds(30));
    assertThat(CubicRate.PAUSE_GROWTH).isEqualTo(8);
    assertThat(CubicRate.KNOWN_PAUSE_GROWTH).isEqualTo(2);
    assertThat(CubicRate.PROBE_SILENCE).isEqualTo(Duration.ofMillis(500));
    assertThat(CubicRate.FLOOR).isEqualTo(Duration.ofSeconds(30));
    assertThat(CubicRate.KNOWN_FLOOR).isEqualTo(0.25);
    assertThat(CubicRate.EVIDENCE_CALLS).isEqualTo(10);
    assertThat(CubicRate.EVIDENCE_AGE).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void thereIsNoBoundWithoutEvidence() {
    assertThat(throttled(now)).isFalse();
    settle(9, 100);
    assertThat(throttled(now)).as("nine answers are too few").isFalse();
    assertThat(rate.isLearned(now)).isFalse();
    assertThat(rate.tokensPerSecond(now)).isInfinite();
    assertThat(rate.pauseUntilNanos(now)).isEqualTo(now);
    settle(1, 100);
    assertThat(throttled(now)).isTrue();
    assertThat(rate.isLearned(now)).isTrue();
  }

  @Test
  void aKnownQuotaIsTheBoundAndOnlyLowered() {
    rate = new CubicRate(50, now);
    settle(20, 120);
    assertThat(rate.tokensPerSecond(now)).isEqualTo(50);
    throttled(now);
    assertThat(rate.tokensPerSecond(now)).as("the first time there is only a pause").isEqualTo(50);
    assertThat(rate.pauseUntilNanos(now) - now).isPositive();
    pass(30);
    rate.sent(now);
    pass(2);
    throttled(now);
    assertThat(rate.tokensPerSecond(now)).isCloseTo(36, within(1e-9));
    pass(60);
    settle(1, 1);
    assertThat(rate.tokensPerSecond(now)).isEqualTo(50);
  }

  @Test
  void aThrottleThatOurOwnUseExplainsLowersNoRate() {
    rate = new CubicRate(50, now);
    settle(20, 135);
    throttled(now);
    pass(30);
    rate.sent(now);
    pass(2);

    assertThat(throttled(now)).isFalse();

    assertThat(rate.tokensPerSecond(now)).isEqualTo(50);
    assertThat(rate.pauseUntilNanos(now) - now).isPositive();
  }

  @Test
  void pausesAreMadeUpForUntilAThrottleComesSoonAfterALongOne() {
    rate = new CubicRate(50, now);
    settle(20, 150);
    throttled(now);
    assertThat(pauseSeconds()).isEqualTo(3);
    pass(3);
    rate.sent(now);
    throttled(now);
    assertThat(pauseSeconds()).as("the probe was refused").isEqualTo(6);
    assertThat(rate.losesPauses(now)).isFalse();

    pass(6);
    rate.sent(now);
    pass(2);
    throttled(now);

    assertThat(rate.losesPauses(now)).isTrue();
  }

  @Test
  void aShortPauseThatHoldsBackACrowdIsNotMadeUpFor() {
    rate = new CubicRate(50_000, now);
    settle(3_000, 1_000);

    throttled(now);

    assertThat(rate.losesPauses(now)).isTrue();
  }

  @Test
  void theRateFollowsTheCubicCurveThroughItsPlateau() {
    settle(60, 1_000);
    throttled(now);
    assertThat(rate.measuredTokensPerSecond(now)).isEqualTo(1_000);
    assertThat(rate.tokensPerSecond(now)).isCloseTo(900, within(1e-6));
    pass(10);
    assertThat(rate.tokensPerSecond(now)).isCloseTo(1_000 - 100 / 8.0, within(1e-6));
    pass(10);
    assertThat(rate.tokensPerSecond(now)).isCloseTo(1_000, within(1e-6));
    pass(20);
    assertThat(rate.tokensPerSecond(now)).isCloseTo(1_100, within(1e-6));
    settle(1, 1_000);
    pass(55);
    assertThat(rate.tokensPerSecond(now)).as("twice the plateau at most").isEqualTo(2_000);
  }

  @Test
  void fewCallsAMinuteMakeItSlower() {
    settle(10, 6_000);
    throttled(now);
    assertThat(rate.tokensPerSecond(now)).isCloseTo(900, within(1e-6));
    assertThat(pauseSeconds()).as("a call takes 6 s").isEqualTo(6);
    pass(30);
    assertThat(rate.tokensPerSecond(now)).as("5 calls take 30 s").isCloseTo(1_000, within(1e-6));
  }

  @Test
  void anotherThrottleOfTheSamePauseOnlyLengthensIt() {
    settle(60, 1_000);
    long early = now;
    pass(1);
    throttled(now);
    assertThat(throttled(early)).as("sent before the cut").isFalse();
    assertThat(pauseSeconds()).isEqualTo(1);
    double cut = rate.tokensPerSecond(now);
    for (int pause : new int[] {2, 4, 8, 8}) {
      pass(pauseSeconds());
      rate.sent(now);
      assertThat(rate.pauseUntilNanos(now) - now)
          .as("nobody follows the probe at once")
          .isEqualTo(CubicRate.PROBE_SILENCE.toNanos());
      assertThat(throttled(now)).isFalse();
      assertThat(pauseSeconds()).isEqualTo(pause);
    }
    assertThat(rate.tokensPerSecond(now)).as("no further cut").isGreaterThanOrEqualTo(cut);
  }

  @Test
  void aKnownQuotaIsNotOverlookedByALongPause() {
    rate = new CubicRate(1_000, now);
    settle(60, 1_000);
    throttled(now);
    for (int pause : new int[] {2, 2, 2}) {
      pass(pauseSeconds());
      rate.sent(now);
      assertThat(throttled(now)).isFalse();
      assertThat(pauseSeconds()).isEqualTo(pause);
    }
    assertThat(rate.tokensPerSecond(now)).isEqualTo(1_000);
  }

  @Test
  void throttlesThatHaveNothingToDoWithAKnownQuotaLeaveAQuarterOfItAndAreForgottenSoon() {
    rate = new CubicRate(1_000, now);
    SplittableRandom dice = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      pass(1);
      rate.sent(now);
      if (dice.nextInt(10) < 7) {
        throttled(now);
      } else {
        settle(1, 300);
      }
      assertThat(rate.tokensPerSecond(now)).isGreaterThanOrEqualTo(250);
    }
    for (int i = 0; i < 120; i++) {
      pass(1);
      settle(3, 300);
    }
    assertThat(rate.tokensPerSecond(now)).isEqualTo(1_000);
  }

  @Test
  void aProbeThatIsNotRefusedOpensTheFlowAndALaterThrottleCutsAgain() {
    settle(60, 1_000);
    throttled(now);
    pass(2);
    rate.sent(now);
    long probe = now;
    pass(1);
    assertThat(pauseSeconds()).isZero();
    rate.sent(now);
    assertThat(pauseSeconds()).as("the flow goes on").isZero();
    assertThat(throttled(now)).isTrue();
    assertThat(rate.tokensPerSecond(now)).isLessThan(900 * 0.95);
    assertThat(pauseSeconds()).isEqualTo(1);
    assertThat(throttled(probe)).as("the late refusal of an old probe").isFalse();
    assertThat(pauseSeconds()).isEqualTo(1);
  }

  @Test
  void oneCutAnEpoch() {
    settle(60, 1_000);
    throttled(now);
    pass(1);
    rate.sent(now);
    pass(1);
    rate.sent(now);
    long longEpoch = 5 * SECOND;
    assertThat(rate.throttled(now, longEpoch, now)).isFalse();
    assertThat(pauseSeconds()).as("but a pause").isEqualTo(1);
  }

  @Test
  void theRateNeverFallsBelowACallInHalfAMinute() {
    settle(10, 3_000);
    for (int i = 0; i < 100; i++) {
      throttled(now);
      pass(2);
      rate.sent(now);
      pass(1);
      rate.sent(now);
      if (i % 20 == 0) {
        settle(1, 3_000);
      }
    }
    assertThat(rate.tokensPerSecond(now)).isGreaterThanOrEqualTo(100);
  }

  @Test
  void evidenceIsForgotten() {
    settle(60, 1_000);
    throttled(now);
    pass(61);
    assertThat(rate.isLearned(now)).as("nothing answered for a minute").isFalse();
    assertThat(rate.tokensPerSecond(now)).isInfinite();
    for (int i = 0; i < 10; i++) {
      pass(55);
      settle(1, 1_000);
      assertThat(rate.isLearned(now)).isEqualTo(i < 10 - 1);
      assertThat(rate.measuredTokensPerSecond(now)).isLessThanOrEqualTo(2_000 / 60.0);
    }
    assertThat(rate.isLearned(now)).as("no throttle for ten minutes").isFalse();
  }

  /** Whatever happens: the rate is a positive number within its bounds. */
  @Test
  void theRateStaysWithinItsBounds() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom dice = new SplittableRandom(seed);
      double known = seed % 2 == 0 ? Double.POSITIVE_INFINITY : dice.nextDouble(1, 1e5);
      rate = new CubicRate(known, now);
      for (int i = 0; i < 1_000; i++) {
        now += dice.nextLong(dice.nextInt(50) == 0 ? 100 * SECOND : SECOND);
        switch (dice.nextInt(4)) {
          case 0 -> throttled(now - dice.nextLong(3 * SECOND));
          case 1 -> rate.sent(now);
          default -> rate.settled(dice.nextInt(10_000), now);
        }
        assertThat(rate.tokensPerSecond(now)).isPositive().isLessThanOrEqualTo(known);
        assertThat(rate.pauseUntilNanos(now) - now)
            .isLessThanOrEqualTo(CubicRate.MAX_PAUSE.toNanos());
        assertThat(rate.measuredTokensPerSecond(now)).isNotNegative();
      }
    }
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new CubicRate(0, now)).hasMessageContaining("must be positive");
    assertThatThrownBy(() -> new CubicRate(Double.NaN, now)).hasMessageContaining("was NaN");
  }

  private boolean throttled(long sentAt) {
    return rate.throttled(sentAt, EPOCH, now);
  }

  private void settle(int calls, double tokens) {
    for (int i = 0; i < calls; i++) {
      rate.settled((long) tokens, now);
    }
  }

  private long pauseSeconds() {
    return Math.max(0, rate.pauseUntilNanos(now) - now) / SECOND;
  }

  private void pass(long seconds) {
    now += seconds * SECOND;
  }
}
