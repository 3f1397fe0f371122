package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.simulator.RetryLoop.CallState;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BaselinesTest {
  private static final long MS = 1_000_000L;

  @Test
  void theUsualLoopMakesFiveAttemptsWithFullJitterFromOneSecond() {
    RetryLoop loop = new FullJitterLoop();

    assertDelays(loop, 429, 1, 0, 1000);
    assertDelays(loop, 503, 2, 0, 2000);
    assertDelays(loop, 429, 4, 0, 8000);
    assertThat(loop.delayNanos(5, 429, new CallState(), new Draws(1))).isEqualTo(RetryLoop.STOP);
  }

  @Test
  void theSdksLegacyModeMakesFourAttemptsWithEqualJitter() {
    assertDelays(AwsRetry.legacy(), 429, 1, 250, 500);
    assertDelays(AwsRetry.legacy(), 429, 3, 1000, 2000);
    assertThat(AwsRetry.legacy().delayNanos(1, 503, new CallState(), new Draws(1)))
        .isBetween(50 * MS, 100 * MS);
    assertThat(AwsRetry.legacy().delayNanos(4, 429, new CallState(), new Draws(1)))
        .isEqualTo(RetryLoop.STOP);
  }

  @Test
  void theSdksLegacyModeRetriesThrottlesForNothingAndFaultsForFive() {
    AwsRetry retry = AwsRetry.legacy();
    for (int i = 0; i < 1000; i++) {
      assertThat(retry.delayNanos(1, 429, new CallState(), new Draws(i))).isPositive();
    }
    int retries = 0;
    while (retry.delayNanos(1, 503, new CallState(), new Draws(retries)) >= 0) {
      retries++;
    }
    assertThat(retries).isEqualTo(100);
  }

  @Test
  void theSdksNewModeMakesThreeAttemptsWithinABudget() {
    AwsRetry retry = AwsRetry.standard2026();
    assertDelays(AwsRetry.standard2026(), 429, 1, 0, 1000);
    assertDelays(AwsRetry.standard2026(), 429, 2, 0, 2000);
    assertThat(AwsRetry.standard2026().delayNanos(1, 500, new CallState(), new Draws(1)))
        .isBetween(0L, 50 * MS);
    assertThat(retry.delayNanos(3, 429, new CallState(), new Draws(1))).isEqualTo(RetryLoop.STOP);

    CallState throttled = new CallState();
    CallState broken = new CallState();
    retry.delayNanos(1, 429, throttled, new Draws(1));
    retry.delayNanos(1, 500, broken, new Draws(1));
    assertThat(retry.tokens()).isEqualTo(500 - 5 - 14);

    retry.answered(throttled);
    retry.answered(broken);
    assertThat(retry.tokens()).isEqualTo(500);
  }

  @Test
  void resilience4jWaitsHalfASecondTwice() {
    Resilience4j both = new Resilience4j();

    assertThat(both.delayNanos(1, 429, new CallState(), new Draws(1))).isEqualTo(500 * MS);
    assertThat(both.delayNanos(2, 0, new CallState(), new Draws(1))).isEqualTo(500 * MS);
    assertThat(both.delayNanos(3, 429, new CallState(), new Draws(1))).isEqualTo(RetryLoop.STOP);
  }

  @Test
  void resilience4jOpensOnlyAfterAHundredCallsThenForAMinute() {
    Resilience4j both = new Resilience4j();
    for (int i = 0; i < 99; i++) {
      assertThat(both.admits(i)).isTrue();
      both.ended(false, i);
    }
    assertThat(both.admits(100)).isTrue();
    both.ended(false, 100);

    assertThat(both.admits(101)).isFalse();
    assertThat(both.admits(100 + Resilience4j.OPEN_NANOS - 1)).isFalse();

    long later = 100 + Resilience4j.OPEN_NANOS;
    for (int i = 0; i < Resilience4j.TRIALS; i++) {
      assertThat(both.admits(later)).isTrue();
    }
    assertThat(both.admits(later)).isFalse();
    for (int i = 0; i < Resilience4j.TRIALS; i++) {
      both.ended(true, later);
    }
    assertThat(both.breaker(later)).isZero();
    assertThat(both.admits(later)).isTrue();
  }

  @Test
  void resilience4jForgetsWhatIsOlderThanAHundredCalls() {
    Resilience4j both = new Resilience4j();
    for (int i = 0; i < 400; i++) {
      both.ended(i % 100 >= 49, i);
    }
    assertThat(both.breaker(400)).isZero();
    both.ended(false, 400);
    assertThat(both.breaker(400)).isZero();
  }

  @Test
  void aBudgetOfTimeEndsTheRetries() {
    FullJitterLoop loop = FullJitterLoop.within(60_000 * MS);
    CallState state = new CallState();

    assertThat(loop.delayNanos(20, 429, state, new Draws(1))).isNotNegative();
    state.sinceStartNanos = 60_000 * MS;
    assertThat(loop.delayNanos(20, 429, state, new Draws(1))).isEqualTo(RetryLoop.STOP);
  }

  @Test
  void equalTargetsTakeTurns() {
    LoopGroup group = new LoopGroup(1, 3, LoopGroup.Choice.ROUND_ROBIN, new FullJitterLoop());

    assertThat(IntStream.range(0, 4).map(i -> group.pick(i, new Draws(1))))
        .containsExactly(1, 2, 3, 1);
  }

  @Test
  void aTargetThatThrottlesCoolsDownBesideAnother() {
    LoopGroup group = new LoopGroup(0, 2, LoopGroup.Choice.COOL_DOWN, new CoolDownLoop());
    group.replied(0, 429, 0);

    for (int i = 0; i < 20; i++) {
      assertThat(group.pick(LoopGroup.COOL_NANOS - 1, new Draws(i))).isEqualTo(1);
    }
    group.replied(1, 429, 0);
    assertThat(group.pick(1, new Draws(1))).isEqualTo(LoopGroup.NONE);
    assertThat(group.pick(LoopGroup.COOL_NANOS, new Draws(1))).isNotEqualTo(LoopGroup.NONE);
  }

  @Test
  void anOnlyTargetCoolsDownForFailuresAlone() {
    LoopGroup group = new LoopGroup(0, 1, LoopGroup.Choice.COOL_DOWN, new CoolDownLoop());
    group.replied(0, 429, 0);
    assertThat(group.pick(0, new Draws(1))).isZero();

    for (int i = 0; i < 3; i++) {
      group.replied(0, 503, i);
    }
    assertThat(group.pick(3, new Draws(1))).isEqualTo(LoopGroup.NONE);
  }

  @Test
  void theSdksAdaptiveModeHoldsRequestsBackOnceThrottled() {
    AdaptiveRetry retry = new AdaptiveRetry();
    long now = 0;
    for (int i = 0; i < 200; i++) {
      now += 50 * MS;
      assertThat(retry.holdNanos(new CallState(), now)).isZero();
      retry.replied(200, now);
    }
    retry.replied(429, now);

    // 20 a second by then, times 0.7, and as many again that the bucket holds.
    int sent = 0;
    long until = now + 1_000 * MS;
    while (now < until) {
      long hold = retry.holdNanos(new CallState(), now);
      sent += hold == 0 ? 1 : 0;
      now += Math.max(hold, 1);
    }
    assertThat(sent).isBetween(14, 28);
  }

  @Test
  void aLocalBucketHoldsBackWhatItLacks() {
    LocalBucket bucket = new LocalBucket(60_000);
    CallState first = new CallState();
    first.tokens = 60_000;
    assertThat(bucket.holdNanos(first, 0)).isZero();

    CallState second = new CallState();
    second.tokens = 5_000;
    long hold = bucket.holdNanos(second, 0);
    assertThat(hold).isBetween(5_000 * MS, 5_000 * MS + 1);
    assertThat(bucket.holdNanos(second, hold)).isZero();
    assertThat(new LocalBucket(0).holdNanos(second, 0)).isZero();
  }

  private static void assertDelays(
      RetryLoop loop, int status, int failures, long leastMillis, long mostMillis) {
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 200; i++) {
      long delay = loop.delayNanos(failures, status, new CallState(), new Draws(i));
      if (delay >= 0) {
        least = Math.min(least, delay);
        most = Math.max(most, delay);
      }
    }
    long spread = (mostMillis - leastMillis) * MS;
    assertThat(least).isBetween(leastMillis * MS, leastMillis * MS + spread / 10);
    assertThat(most).isBetween(mostMillis * MS - spread / 10, mostMillis * MS);
  }
}
