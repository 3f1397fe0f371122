package dev.forebay.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.RetryPolicy.Cause;
import java.time.Duration;
import java.util.Arrays;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyTest {
  private static final int DRAWS = 20_000;
  private static final long MS = 1_000_000;
  private static final int AT_THE_CAP = 50;

  @Test
  void defaultsAreThoseOfTheMission() {
    assertThat(RetryPolicy.DEFAULTS)
        .isEqualTo(
            new RetryPolicy(5, 8, Duration.ofSeconds(1), Duration.ofSeconds(60), Jitter.BEDROCK));
    assertThat(Timeouts.DEFAULTS)
        .isEqualTo(
            new Timeouts(
                Duration.ofSeconds(20),
                Duration.ofSeconds(90),
                Duration.ofSeconds(120),
                Duration.ofMinutes(30)));
    assertThat(Route.DEFAULT_DEADLINE).isEqualTo(Duration.ofSeconds(60));
    assertThat(Route.defaultPatience(Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(20));
  }

  /** Expected bounds in milliseconds, base 1 s and cap 60 s; uniform draws fill their range. */
  @ParameterizedTest
  @CsvSource({
    "BEDROCK,   THROTTLED, 0,     0,  1000",
    "BEDROCK,   THROTTLED, 3,     0,  8000",
    "BEDROCK,   THROTTLED, 50,    0, 60000",
    "BEDROCK,   TRANSIENT, 0,     0,    50",
    "BEDROCK,   TRANSIENT, 2,     0,   200",
    "BEDROCK,   TRANSIENT, 50,    0, 20000",
    "FULL,      THROTTLED, 0,     0,  1000",
    "FULL,      TRANSIENT, 4,     0, 16000",
    "FULL,      THROTTLED, 50,    0, 60000",
    "ADDITIVE,  THROTTLED, 0,  1000,  2000",
    "ADDITIVE,  THROTTLED, 2,  4000,  5000",
    "ADDITIVE,  THROTTLED, 50, 59000, 60000",
    "EQUAL,     THROTTLED, 1,  1000,  2000",
    "EQUAL,     THROTTLED, 50, 30000, 60000",
  })
  void uniformStrategiesFillTheirRangeAtTheCapToo(
      Jitter jitter, Cause cause, int n, long fromMs, long toMs) {
    long[] draws = draw(policy(jitter), cause, n, 0);
    LongSummaryStatistics seen = LongStream.of(draws).summaryStatistics();
    long range = (toMs - fromMs) * MS;

    assertThat(seen.getMin()).isBetween(fromMs * MS, fromMs * MS + range / 100);
    assertThat(seen.getMax()).isBetween(toMs * MS - range / 100, toMs * MS);
    assertThat(seen.getAverage()).isCloseTo((fromMs + toMs) / 2.0 * MS, within(range * 0.01));
    assertThat(shareBelow(draws, fromMs * MS + range / 4)).isCloseTo(0.25, within(0.02));
    assertThat(shareBelow(draws, fromMs * MS + range * 3 / 4)).isCloseTo(0.75, within(0.02));
  }

  @Test
  void decorrelatedGrowsFromThePreviousDelayAndStaysRandomAtTheCap() {
    RetryPolicy policy = policy(Jitter.DECORRELATED);
    long second = 1000 * MS;

    LongSummaryStatistics first =
        LongStream.of(draw(policy, Cause.THROTTLED, 0, 0)).summaryStatistics();
    assertThat(first.getMin()).isBetween(second, second + 20 * MS);
    assertThat(first.getMax()).isBetween(3 * second - 20 * MS, 3 * second);

    LongSummaryStatistics capped =
        LongStream.of(draw(policy, Cause.THROTTLED, 9, 60 * second)).summaryStatistics();
    assertThat(capped.getMin()).isBetween(second, 2 * second);
    assertThat(capped.getMax()).isBetween(59 * second, 60 * second);
  }

  @Test
  void fixedAndNoneAreNotRandom() {
    assertThat(draw(policy(Jitter.FIXED), Cause.THROTTLED, 7, 0)).containsOnly(1000 * MS);
    assertThat(draw(policy(Jitter.NONE), Cause.THROTTLED, 3, 0)).containsOnly(8000 * MS);
    assertThat(draw(policy(Jitter.NONE), Cause.THROTTLED, AT_THE_CAP, 0)).containsOnly(60_000 * MS);
  }

  @ParameterizedTest
  @EnumSource(Jitter.class)
  void noDelayExceedsTheCapWhateverTheNumberOfTheRetry(Jitter jitter) {
    SplittableRandom random = new SplittableRandom(3);
    RetryPolicy policy = policy(jitter);
    for (int n = 0; n < 200; n++) {
      for (Cause cause : Cause.values()) {
        long delay = policy.delayNanos(cause, n, random.nextLong(Long.MAX_VALUE), random);
        assertThat(delay).isBetween(0L, policy.maxDelay().toNanos());
      }
    }
  }

  @Test
  void aHintIsNeverUndercutAndSpreadByAQuarterUpToFiveSeconds() {
    SplittableRandom random = new SplittableRandom(5);
    LongSummaryStatistics brief =
        LongStream.generate(() -> RetryPolicy.hintNanos(8000 * MS, random))
            .limit(DRAWS)
            .summaryStatistics();
    LongSummaryStatistics lengthy =
        LongStream.generate(() -> RetryPolicy.hintNanos(60_000 * MS, random))
            .limit(DRAWS)
            .summaryStatistics();

    assertThat(brief.getMin()).isBetween(8000 * MS, 8020 * MS);
    assertThat(brief.getMax()).isBetween(9980 * MS, 10_000 * MS);
    assertThat(lengthy.getMin()).isBetween(60_000 * MS, 60_050 * MS);
    assertThat(lengthy.getMax()).isBetween(64_950 * MS, 65_000 * MS);
    assertThat(RetryPolicy.hintNanos(0, random)).isZero();
  }

  @Test
  void nonsenseIsRefusedWithTheOffendingValue() {
    assertThatThrownBy(() -> new RetryPolicy(0, 8, second(), second(), Jitter.FULL))
        .hasMessageContaining("maxAttempts must be at least 1, was 0");
    assertThatThrownBy(() -> new RetryPolicy(5, 4, second(), second(), Jitter.FULL))
        .hasMessageContaining("maxAttemptsPerCall must be at least maxAttempts (5), was 4");
    assertThatThrownBy(() -> new RetryPolicy(5, 1_001, second(), second(), Jitter.FULL))
        .hasMessageContaining("maxAttemptsPerCall must be at most 1000, was 1001");
    assertThatThrownBy(() -> new RetryPolicy(5, 8, Duration.ZERO, second(), Jitter.FULL))
        .hasMessageContaining("baseDelay must be positive, was PT0S");
    assertThatThrownBy(() -> new RetryPolicy(5, 8, second(), Duration.ofMillis(1), Jitter.FULL))
        .hasMessageContaining("maxDelay must be at least baseDelay (PT1S), was PT0.001S");
  }

  private static RetryPolicy policy(Jitter jitter) {
    return new RetryPolicy(5, 8, second(), Duration.ofSeconds(60), jitter);
  }

  private static Duration second() {
    return Duration.ofSeconds(1);
  }

  private static long[] draw(RetryPolicy policy, Cause cause, int n, long previousNanos) {
    SplittableRandom random = new SplittableRandom(11);
    return LongStream.generate(() -> policy.delayNanos(cause, n, previousNanos, random))
        .limit(DRAWS)
        .toArray();
  }

  private static double shareBelow(long[] draws, long bound) {
    return (double) Arrays.stream(draws).filter(draw -> draw < bound).count() / draws.length;
  }
}
