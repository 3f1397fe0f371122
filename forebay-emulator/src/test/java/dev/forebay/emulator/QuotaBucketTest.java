package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.emulator.QuotaBucket.Admission;
import dev.forebay.emulator.QuotaBucket.Prompt;
import dev.forebay.emulator.QuotaBucket.Reservation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuotaBucketTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  @Test
  void admissionReservesThePromptAndTheMaximum() {
    QuotaBucket bucket = tokens(1000, 1, 1, Quota.Window.FIXED);

    assertThat(bucket.admit(0, new Prompt(100, 50, 50), 800)).isInstanceOf(Admission.Granted.class);
    assertThat(bucket.admit(0, new Prompt(1, 0, 0), 0)).isEqualTo(refused("TOKENS"));
  }

  @Test
  void theReservationMultiplierMultipliesTheMaximumAlone() {
    QuotaBucket bucket = tokens(1000, 1, 5, Quota.Window.FIXED);

    assertThat(bucket.admit(0, new Prompt(1, 0, 0), 200)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(0, new Prompt(500, 0, 0), 100)).isInstanceOf(Admission.Granted.class);
  }

  @ParameterizedTest
  @EnumSource
  void settlementReleasesWhatWasNotUsed(Quota.Window window) {
    QuotaBucket bucket = tokens(1000, 1, 1, window);
    Reservation reservation = granted(bucket, 0, 100, 900);

    bucket.settle(0, reservation, 10);

    assertThat(bucket.admit(0, new Prompt(891, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(0, new Prompt(890, 0, 0), 0)).isInstanceOf(Admission.Granted.class);
  }

  @ParameterizedTest
  @EnumSource
  void cacheReadsAreReservedButNotCharged(Quota.Window window) {
    QuotaBucket bucket = tokens(1000, 1, 1, window);
    Admission admission = bucket.admit(0, new Prompt(100, 700, 100), 100);

    bucket.settle(0, ((Admission.Granted) admission).reservation(), 0);

    assertThat(bucket.admit(0, new Prompt(801, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(0, new Prompt(800, 0, 0), 0)).isInstanceOf(Admission.Granted.class);
  }

  @ParameterizedTest
  @EnumSource
  void burndownBeyondTheReservationIsDebt(Quota.Window window) {
    QuotaBucket bucket = tokens(1000, 5, 1, window);
    Reservation reservation = granted(bucket, 0, 100, 300);

    bucket.settle(0, reservation, 300);

    assertThat(bucket.admit(0, new Prompt(0, 0, 0), 0)).isEqualTo(refused("TOKENS"));
  }

  @Test
  void aFixedWindowForgetsItsDebtAtTheBoundary() {
    QuotaBucket bucket = tokens(1000, 5, 1, Quota.Window.FIXED);
    bucket.settle(0, granted(bucket, 0, 100, 300), 300);

    assertThat(bucket.admit(MINUTE - 1, new Prompt(1, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(MINUTE, new Prompt(1000, 0, 0), 0))
        .isInstanceOf(Admission.Granted.class);
  }

  @Test
  void aBucketWorksItsDebtOff() {
    QuotaBucket bucket = tokens(1000, 5, 1, Quota.Window.BUCKET);
    bucket.settle(0, granted(bucket, 0, 100, 300), 300);

    // 600 in debt: after 36 s at 1000 per minute the bucket is at zero, after 42 s at 100.
    assertThat(bucket.admit(35 * SECOND, new Prompt(0, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(42 * SECOND, new Prompt(101, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(42 * SECOND, new Prompt(99, 0, 0), 0))
        .isInstanceOf(Admission.Granted.class);
  }

  @Test
  void aBucketRefillsContinuouslyAndNeverAboveFull() {
    QuotaBucket bucket = tokens(600, 1, 1, Quota.Window.BUCKET);
    granted(bucket, 0, 600, 0);

    assertThat(bucket.admit(SECOND, new Prompt(11, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(SECOND, new Prompt(10, 0, 0), 0)).isInstanceOf(Admission.Granted.class);
    assertThat(bucket.admit(10 * MINUTE, new Prompt(601, 0, 0), 0)).isEqualTo(refused("TOKENS"));
  }

  @Test
  void aBucketGetsAReservationBackHoweverLateItIsSettled() {
    QuotaBucket bucket = tokens(1000, 1, 1, Quota.Window.BUCKET);
    Reservation early = granted(bucket, 0, 0, 1000);
    granted(bucket, MINUTE, 1000, 0);

    bucket.settle(MINUTE, early, 400);

    assertThat(bucket.admit(MINUTE, new Prompt(601, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(MINUTE, new Prompt(600, 0, 0), 0))
        .isInstanceOf(Admission.Granted.class);
  }

  @Test
  void aSlidingWindowForgetsEachRequestAMinuteLater() {
    QuotaBucket bucket = tokens(1000, 1, 1, Quota.Window.SLIDING);
    granted(bucket, 0, 400, 0);
    granted(bucket, 30 * SECOND, 600, 0);

    assertThat(bucket.admit(59 * SECOND, new Prompt(1, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(60 * SECOND, new Prompt(401, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    granted(bucket, 60 * SECOND, 400, 0);
    assertThat(bucket.admit(89 * SECOND, new Prompt(1, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    granted(bucket, 90 * SECOND, 600, 0);
  }

  @Test
  void aSlidingWindowSettlesInTheSecondOfTheRequest() {
    QuotaBucket bucket = tokens(1000, 1, 1, Quota.Window.SLIDING);
    Reservation early = granted(bucket, 0, 0, 1000);
    bucket.settle(30 * SECOND, early, 300);
    granted(bucket, 30 * SECOND, 700, 0);

    assertThat(bucket.admit(60 * SECOND, new Prompt(301, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(60 * SECOND, new Prompt(300, 0, 0), 0))
        .isInstanceOf(Admission.Granted.class);
  }

  @Test
  void aSettlementInALaterFixedWindowReleasesNothingThere() {
    QuotaBucket bucket = tokens(1000, 1, 1, Quota.Window.FIXED);
    Reservation early = granted(bucket, 0, 0, 1000);
    granted(bucket, MINUTE, 600, 0);

    bucket.settle(MINUTE, early, 1);

    assertThat(bucket.admit(MINUTE, new Prompt(401, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(MINUTE, new Prompt(400, 0, 0), 0))
        .isInstanceOf(Admission.Granted.class);
  }

  @Test
  void requestsRunOutBeforeTokensAndARefusalTakesNothing() {
    QuotaBucket bucket =
        new QuotaBucket(
            new Quota(
                OptionalLong.of(1),
                OptionalLong.of(100),
                OptionalLong.empty(),
                1,
                1,
                Quota.Window.FIXED));

    assertThat(bucket.admit(0, new Prompt(101, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(0, new Prompt(100, 0, 0), 0)).isInstanceOf(Admission.Granted.class);
    assertThat(bucket.admit(0, new Prompt(500, 0, 0), 0)).isEqualTo(refused("REQUESTS"));
  }

  @Test
  void theDayLimitOutlastsTheMinute() {
    QuotaBucket bucket =
        new QuotaBucket(
            new Quota(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.of(100),
                1,
                1,
                Quota.Window.SLIDING));
    granted(bucket, 0, 100, 0);

    assertThat(bucket.admit(60 * MINUTE, new Prompt(1, 0, 0), 0)).isEqualTo(refused("DAY"));
    assertThat(bucket.admit(24 * 60 * MINUTE, new Prompt(1, 0, 0), 0))
        .isInstanceOf(Admission.Granted.class);
  }

  @ParameterizedTest
  @CsvSource({"1, BUCKET", "2, BUCKET", "3, SLIDING", "4, SLIDING", "5, FIXED", "6, FIXED"})
  void whatIsUsedStaysWithinWhatWasGranted(long seed, Quota.Window window) {
    SplittableRandom random = new SplittableRandom(seed);
    long limit = 10_000;
    QuotaBucket bucket = tokens(limit, 1, 1, window);
    Deque<Reservation> open = new ArrayDeque<>();
    long now = 0;
    double charged = 0;
    for (int i = 0; i < 20_000; i++) {
      now += random.nextLong(SECOND / 5);
      boolean settle = !open.isEmpty() && random.nextBoolean();
      if (settle) {
        Reservation reservation = open.removeFirst();
        long output =
            random.nextLong((long) reservation.tokens() - reservation.prompt().input() + 1);
        bucket.settle(now, reservation, output);
        charged += reservation.prompt().input() + output;
      } else if (bucket.admit(now, new Prompt(random.nextLong(200), 0, 0), random.nextLong(800))
          instanceof Admission.Granted granted) {
        open.add(granted.reservation());
      }
    }
    double minutes = (double) now / MINUTE;
    double offered = limit * (1 + (window == Quota.Window.BUCKET ? minutes : Math.floor(minutes)));
    assertThat(charged).isLessThanOrEqualTo(offered);
    assertThat(charged).as("the bucket was kept busy").isGreaterThan(offered / 3);
  }

  @ParameterizedTest
  @CsvSource({"7", "8", "9"})
  void nothingIsLostOrGainedWithinAWindow(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    QuotaBucket bucket = tokens(1_000_000, 3, 2, Quota.Window.FIXED);
    double used = 0;
    for (int i = 0; i < 100; i++) {
      long input = random.nextLong(100);
      long output = random.nextLong(100);
      bucket.settle(0, granted(bucket, 0, input, 150), output);
      used += input + 3.0 * output;
    }
    long left = (long) (1_000_000 - used);
    assertThat(bucket.admit(0, new Prompt(left + 1, 0, 0), 0)).isEqualTo(refused("TOKENS"));
    assertThat(bucket.admit(0, new Prompt(left, 0, 0), 0)).isInstanceOf(Admission.Granted.class);
  }

  private static Reservation granted(QuotaBucket bucket, long now, long input, long maxTokens) {
    Admission admission = bucket.admit(now, new Prompt(input, 0, 0), maxTokens);
    assertThat(admission).isInstanceOf(Admission.Granted.class);
    return ((Admission.Granted) admission).reservation();
  }

  private static Admission refused(String reason) {
    return new Admission.Refused(ErrorType.Reason.valueOf(reason));
  }

  private static QuotaBucket tokens(
      long perMinute, double burndown, double reserve, Quota.Window window) {
    return new QuotaBucket(
        new Quota(
            OptionalLong.empty(),
            OptionalLong.of(perMinute),
            OptionalLong.empty(),
            burndown,
            reserve,
            window));
  }
}
