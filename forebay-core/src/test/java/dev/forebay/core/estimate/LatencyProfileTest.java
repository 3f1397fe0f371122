package dev.forebay.core.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyProfileTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int SMALL = 1_000;
  private static final int MEDIUM = 10_000;
  private static final int LARGE = 100_000;

  private final LatencyProfile profile = new LatencyProfile();
  private final SplittableRandom random = new SplittableRandom(1);
  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow

  @Test
  void defaultsArePinned() {
    assertThat(LatencyProfile.LATE_FACTOR).isEqualTo(3);
    assertThat(LatencyProfile.MIN_LATE).isEqualTo(Duration.ofSeconds(2));
    assertThat(LatencyProfile.MAX_LATE).isEqualTo(Duration.ofSeconds(60));
    assertThat(LatencyProfile.MIN_HEDGE).isEqualTo(Duration.ofSeconds(1));
    assertThat(LatencyProfile.MIN_OUTPUT_TOKENS).isEqualTo(20);
    assertThat(Baseline.SLOW_FACTOR).isEqualTo(3);
    assertThat(Baseline.WARM_UP).isEqualTo(16);
    assertThat(Baseline.DOUBLING).isEqualTo(Duration.ofMinutes(10));
    assertThat(PeakEstimate.TIME_CONSTANT).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void nothingIsKnownAtFirst() {
    assertThat(profile.firstTokenNanos(SMALL, now)).isZero();
    assertThat(profile.expectedNanos(true, SMALL, 100, now)).isZero();
    assertThat(profile.expectedNanos(false, SMALL, 100, now)).isZero();
    assertThat(profile.slowAnswerNanos(100, now)).isZero();
    assertThat(profile.lateNanos(SMALL, now)).isEqualTo(LatencyProfile.NEVER);
    assertThat(profile.hedgeAfterNanos(SMALL, now)).isEqualTo(LatencyProfile.NEVER);
    assertThat(profile.peakFirstTokenNanos(now)).isZero();
    assertThat(profile.isSlowFirstToken(SMALL, Long.MAX_VALUE)).isFalse();
    assertThat(profile.isSlowOutput(100, Long.MAX_VALUE)).isFalse();
  }

  @Test
  void eachSizeOfInputHasItsOwnTimes() {
    List<Integer> ends = List.of(1_024, 4_096, 16_384, 65_536, Integer.MAX_VALUE);
    for (int i = 0; i < ends.size(); i++) {
      profile.firstToken(ends.get(i), (i + 1) * SECOND, now);
    }
    for (int i = 0; i < ends.size(); i++) {
      assertThat(profile.firstTokenNanos(ends.get(i), now)).isEqualTo((i + 1) * SECOND);
      int next = i == 4 ? Integer.MAX_VALUE : ends.get(i) + 1;
      assertThat(profile.firstTokenNanos(next, now)).isEqualTo(Math.min(5, i + 2) * SECOND);
    }
    assertThat(profile.firstTokenNanos(0, now)).isEqualTo(SECOND);
  }

  @Test
  void anUnknownSizeTakesTheNearestOneButLimitsOnlyThoseOfLongerInputs() {
    repeat(20, () -> profile.firstToken(MEDIUM, 2 * SECOND, now));
    assertThat(profile.firstTokenNanos(SMALL, now)).isEqualTo(2 * SECOND);
    assertThat(profile.firstTokenNanos(LARGE, now)).isEqualTo(2 * SECOND);
    assertThat(profile.lateNanos(SMALL, now)).isEqualTo(6 * SECOND);
    assertThat(profile.lateNanos(LARGE, now)).isEqualTo(LatencyProfile.NEVER);
    profile.firstToken(SMALL, SECOND, now);
    assertThat(profile.firstTokenNanos(4_000, now)).as("the shorter of two").isEqualTo(SECOND);
    assertThat(profile.lateNanos(SMALL, now)).as("one sample sets no limit").isEqualTo(6 * SECOND);
  }

  @Test
  void limitsComeFromThe95thPercentileWithinBounds() {
    for (int i = 0; i < 2_000; i++) {
      profile.firstToken(MEDIUM, logNormal(2 * SECOND, 0.5), now);
    }
    double p95 = 2 * Math.exp(0.5 * 1.645);
    assertThat(profile.firstTokenNanos(MEDIUM, now) / 1e9).isCloseTo(2, within(0.8));
    assertThat(profile.hedgeAfterNanos(MEDIUM, now) / 1e9).isCloseTo(p95, within(0.4 * p95));
    assertThat(profile.lateNanos(MEDIUM, now))
        .isCloseTo(3 * profile.hedgeAfterNanos(MEDIUM, now), within(10L));
    repeat(20, () -> profile.firstToken(SMALL, SECOND / 10, now));
    assertThat(profile.hedgeAfterNanos(SMALL, now)).isEqualTo(SECOND);
    assertThat(profile.lateNanos(SMALL, now)).isEqualTo(2 * SECOND);
    repeat(20, () -> profile.firstToken(LARGE, 50 * SECOND, now));
    assertThat(profile.lateNanos(LARGE, now)).isEqualTo(60 * SECOND);
  }

  @Test
  void aWholeAnswerTakesWhatWholeAnswersTookElseWhatStreamsSuggest() {
    profile.firstToken(SMALL, SECOND, now);
    assertThat(profile.expectedNanos(false, SMALL, 4_096, now)).isEqualTo(SECOND);
    profile.output(200, 4 * SECOND, now);
    assertThat(profile.expectedNanos(true, SMALL, 4_096, now)).isEqualTo(SECOND);
    assertThat(profile.expectedNanos(false, SMALL, 4_096, now)).isEqualTo(5 * SECOND);
    assertThat(profile.expectedNanos(false, SMALL, 50, now)).isEqualTo(2 * SECOND);
    profile.answerEnded(50, 9 * SECOND, now);
    assertThat(profile.expectedNanos(false, SMALL, 50, now) / 1e9).isCloseTo(9, within(1e-6));
    assertThat(profile.expectedNanos(false, SMALL, 4_096, now)).isEqualTo(5 * SECOND);
    assertThat(profile.expectedNanos(true, SMALL, 50, now)).isEqualTo(SECOND);
  }

  /** Calls of one kind plan alike, and each kind's answers take their own time. */
  @Test
  void answersAreSlowByTheirPlannedLength() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      now += SECOND;
      profile.answerEnded(50, (long) ((1 + random.nextDouble()) * SECOND), now);
      profile.answerEnded(8_192, (long) ((10 + 90 * random.nextDouble()) * SECOND), now);
    }
    assertThat(profile.slowAnswerNanos(50, now) / 1e9).isBetween(1.7, 2.0);
    assertThat(profile.slowAnswerNanos(63, now)).isEqualTo(profile.slowAnswerNanos(50, now));
    assertThat(profile.slowAnswerNanos(8_192, now) / 1e9).isBetween(70.0, 100.0);
    assertThat(profile.slowAnswerNanos(1_024, now)).as("never seen").isZero();
    assertThat(profile.slowAnswerNanos(Integer.MAX_VALUE, now)).isZero();
  }

  /** Otherwise a target whose answers are all cut off would look as fast as its last whole one. */
  @Test
  void anAnswerThatWasCutTookLonger() {
    repeat(20, () -> profile.answerEnded(500, 10 * SECOND, now));
    profile.answerCut(500, 5 * SECOND, now);
    assertThat(profile.slowAnswerNanos(500, now) / 1e9).isCloseTo(10, within(0.1));
    repeat(20, () -> profile.answerCut(500, 30 * SECOND, now));
    assertThat(profile.slowAnswerNanos(500, now) / 1e9).isGreaterThan(25);
    assertThat(profile.expectedNanos(false, SMALL, 500, now) / 1e9).isCloseTo(10, within(0.1));
  }

  @Test
  void thePeakJumpsUpAndSinksToTheMedian() {
    repeat(20, () -> profile.firstToken(SMALL, SECOND, now));
    profile.firstToken(SMALL, 20 * SECOND, now);
    assertThat(profile.peakFirstTokenNanos(now)).isEqualTo(20 * SECOND);
    now += 10 * SECOND;
    assertThat(profile.peakFirstTokenNanos(now) / 1e9).isCloseTo(20 / Math.E, within(0.1));
    profile.firstToken(SMALL, SECOND, now);
    assertThat(profile.peakFirstTokenNanos(now) / 1e9).isCloseTo(1 + 19 / Math.E, within(0.1));
    now += 100 * SECOND;
    assertThat(profile.peakFirstTokenNanos(now) / 1e9).isCloseTo(1, within(0.07));
    now += 400 * SECOND;
    assertThat(profile.peakFirstTokenNanos(now)).as("forgotten").isZero();
  }

  @Test
  void whatWasNotSeenForFiveMinutesIsUnknown() {
    repeat(20, () -> profile.firstToken(SMALL, 60 * SECOND, now));
    repeat(20, () -> profile.answerEnded(100, 60 * SECOND, now));
    now += Duration.ofMinutes(5).plusSeconds(3).toNanos();
    assertThat(profile.firstTokenNanos(SMALL, now)).isZero();
    assertThat(profile.expectedNanos(false, SMALL, 100, now)).isZero();
    assertThat(profile.lateNanos(SMALL, now)).isEqualTo(LatencyProfile.NEVER);
  }

  /** Five times as slow from one moment on, at rates from 100 a second to one in 20 seconds. */
  @ParameterizedTest
  @ValueSource(longs = {10, 100, 1_000, 20_000})
  void aBrownoutIsSeenForMinutesAtAnyRate(long everyMillis) {
    long every = Duration.ofMillis(everyMillis).toNanos();
    long calls = Math.max(200, Duration.ofMinutes(3).toNanos() / every);
    double falseAlarms = slowShare(calls, every, SECOND);
    assertThat(falseAlarms).as("usual values").isLessThan(0.05);
    calls = Duration.ofMinutes(3).toNanos() / every;
    assertThat(slowShare(calls, every, 5 * SECOND)).as("brownout").isGreaterThan(0.8);
    slowShare(Duration.ofMinutes(30).toNanos() / every, every, 5 * SECOND);
    calls = Duration.ofMinutes(5).toNanos() / every;
    assertThat(slowShare(calls, every, 5 * SECOND)).as("now usual").isLessThan(0.3);
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 1_000})
  void aSteadyFiveTimesIsSlowForSevenMinutesThenUsual(long everyMillis) {
    long every = Duration.ofMillis(everyMillis).toNanos();
    repeat(100, () -> profile.firstToken(SMALL, SECOND, now));
    long begun = now;
    while (profile.isSlowFirstToken(SMALL, 5 * SECOND)) {
      now += every;
      profile.firstToken(SMALL, 5 * SECOND, now);
    }
    assertThat((now - begun) / 60e9).isCloseTo(7.37, within(0.1));
  }

  @Test
  void fifteenSamplesAreNoBaseline() {
    repeat(15, () -> profile.firstToken(SMALL, SECOND, now));
    assertThat(profile.isSlowFirstToken(SMALL, 100 * SECOND)).isFalse();
    profile.firstToken(SMALL, SECOND, now);
    assertThat(profile.isSlowFirstToken(SMALL, 3 * SECOND)).isFalse();
    assertThat(profile.isSlowFirstToken(SMALL, 3 * SECOND + 1)).isTrue();
    assertThat(profile.isSlowFirstToken(MEDIUM, 100 * SECOND)).as("another size").isFalse();
  }

  @Test
  void anOutputIsSlowBelowAThirdOfTheUsualSpeedUnlessItIsShort() {
    repeat(20, () -> profile.output(100, 2 * SECOND, now));
    repeat(20, () -> profile.output(5, 100 * SECOND, now));
    assertThat(profile.isSlowOutput(100, 6 * SECOND)).isFalse();
    assertThat(profile.isSlowOutput(100, 7 * SECOND)).isTrue();
    assertThat(profile.isSlowOutput(1_000, 20 * SECOND)).as("long, not slow").isFalse();
    assertThat(profile.isSlowOutput(19, 100 * SECOND)).isFalse();
  }

  @Test
  void threadsTogetherLearnTheSame() throws InterruptedException {
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                seed ->
                    startThread(
                        () -> {
                          SplittableRandom own = new SplittableRandom(seed);
                          for (int i = 0; i < 50_000; i++) {
                            long nanos = (long) (SECOND * Math.exp(own.nextGaussian() / 2));
                            profile.firstToken(SMALL, nanos, now + i * 1_000_000L);
                          }
                        }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    long end = now + 50 * SECOND;
    assertThat(profile.firstTokenNanos(SMALL, end) / 1e9).isBetween(0.5, 2.0);
    assertThat(profile.hedgeAfterNanos(SMALL, end) / 1e9).isBetween(1.3, 4.5);
    assertThat(profile.isSlowFirstToken(SMALL, 5 * SECOND)).isTrue();
    assertThat(profile.isSlowFirstToken(SMALL, SECOND)).isFalse();
  }

  private double slowShare(long calls, long every, long median) {
    int slow = 0;
    for (long i = 0; i < calls; i++) {
      now += every;
      long nanos = logNormal(median, 0.3);
      slow += profile.isSlowFirstToken(SMALL, nanos) ? 1 : 0;
      profile.firstToken(SMALL, nanos, now);
    }
    return (double) slow / calls;
  }

  private long logNormal(long median, double sigma) {
    return (long) (median * Math.exp(sigma * random.nextGaussian()));
  }

  private static Thread startThread(Runnable work) {
    Thread thread = new Thread(work);
    thread.start();
    return thread;
  }

  private static void repeat(int times, Runnable action) {
    IntStream.range(0, times).forEach(i -> action.run());
  }
}
