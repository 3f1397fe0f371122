package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.TokenUsage;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What attempts take from a quota, and what they give back in the end. */
class AdmissionSettlementTest extends AdmissionFixture {
  @Test
  void aReservationIsInputAndTheWholeMaximumOfTheOutput() {
    reserve(call(400, 2_000));

    assertThat(level()).isEqualTo(60_000 - 2_400);
  }

  @Test
  void aSuccessGivesBackWhatItDidNotUseAndChargesTheBurndown() {
    Reservation held = reserve(call(400, 2_000));

    settle(held, succeeded(400, 100));

    assertThat(level()).isEqualTo(60_000 - 400 - 5 * 100);
  }

  /** Else only the short ones would say how long answers take. */
  @Test
  void anAttemptThatWasGivenUpWouldHaveTakenLonger() {
    Reservation held = reserve(call(400, 2_000));
    now += SECOND;
    settle(held, succeeded(400, 100));
    Reservation givenUp = reserve(call(400, 2_000));
    now += 30 * SECOND;
    settle(givenUp, new Outcome.TimedOut(Outcome.Limit.DEADLINE, ERROR));

    assertThat(profile.slowAnswerNanos(2_000, now)).isGreaterThan(SECOND);
  }

  @Test
  void cacheReadsAreFreeAndCacheWritesAreNot() {
    Reservation held = reserve(call(400, 2_000));

    settle(held, new Outcome.Succeeded(new TokenUsage(50, 100, 300, 70)));

    assertThat(level()).isEqualTo(60_000 - 50 - 70 - 5 * 100);
  }

  @Test
  void whatWasUsedCountsForAMinute() {
    settle(reserve(call(40_000, 0)), succeeded(40_000, 0));
    now += 30 * SECOND;
    settle(reserve(call(20_000, 0)), succeeded(20_000, 0));
    assertThat(level()).isZero();

    now += 30 * SECOND;
    assertThat(level()).isZero();
    now += SECOND;
    assertThat(level()).isEqualTo(40_000);
    now += 30 * SECOND;
    assertThat(level()).isEqualTo(60_000);
  }

  @Test
  void whatWasUsedBeyondTheReservationIsADebtForAMinute() {
    settle(reserve(call(0, 8_000)), succeeded(0, 14_000));

    assertThat(level()).isEqualTo(60_000 - 70_000);
    now += 61 * SECOND;
    assertThat(level()).isEqualTo(60_000);
  }

  @Test
  void anInputEstimateThatIsOffIsLearned() {
    for (int i = 0; i < 200; i++) {
      settle(reserve(call(1_000, 0)), succeeded(2_000, 0));
      now += 10 * SECOND;
    }
    now += 60 * SECOND;

    reserve(call(1_000, 0));

    assertThat(level()).isBetween(60_000 - 2_010L, 60_000 - 1_980L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"throttled", "unavailable", "rejected"})
  void aRefusalOfTheServiceCostsNothing(String kind) {
    Reservation held = reserve(call(400, 2_000));
    Outcome outcome =
        switch (kind) {
          case "throttled" -> new Outcome.Throttled(Quota.MINUTE, Duration.ZERO, ERROR);
          case "unavailable" -> new Outcome.Unavailable(Duration.ZERO, ERROR);
          default -> new Outcome.Rejected(Outcome.About.CALL, ERROR);
        };

    settle(held, outcome);

    assertThat(level()).isEqualTo(60_000);
  }

  @Test
  void aTimeOutCostsAllAndABrokenAnswerWhatWasSeen() {
    settle(reserve(call(400, 2_000)), new Outcome.TimedOut(Outcome.Limit.TOTAL, ERROR));
    assertThat(level()).isEqualTo(60_000 - 2_400);

    Reservation held = reserve(call(400, 2_000));
    admission.settle(held, new Outcome.Interrupted(ERROR), 100, now);
    assertThat(level()).isEqualTo(60_000 - 2_400 - 400 - 500);
  }

  @Test
  void aReservationIsSettledOnce() {
    Reservation held = reserve(call(400, 2_000));
    settle(held, succeeded(0, 0));
    settle(held, succeeded(400, 10));
    settle(held, new Outcome.Unavailable(Duration.ZERO, ERROR));

    assertThat(admission.load(now).underWay()).isZero();
    assertThat(level()).as("an answer without usage").isEqualTo(60_000 - 2_400);
  }

  @Test
  void anUnsettledLeaseIsPaidInFullAndComesBackByTimeAlone() {
    Reservation lost = reserve(call(0, 6_000));
    now += DEADLINE + 31 * SECOND;
    assertThat(level()).as("nothing leaks").isEqualTo(60_000);
    reserve(call(0, 5_000));

    settle(lost, succeeded(0, 0));

    assertThat(level()).as("a late report gives nothing back").isEqualTo(55_000);
  }

  @Test
  void requestsPerMinuteHaveAQuotaOfTheirOwn() {
    admission = of(new TargetQuota.Joint(60, 0, 1));
    for (int i = 0; i < 60; i++) {
      reserve(call(0, 1_000_000));
    }
    refuseProbe();

    assertThat(reserved(call(0, 1))).isNull();
    assertThat(waitSeconds(call(0, 1))).isBetween(60.0, 61.0);
    now += 61 * SECOND;
    reserve(call(0, 1));
  }

  @Test
  void aRefusedRequestCountsForNothing() {
    admission = of(new TargetQuota.Joint(60, 0, 1));
    for (int i = 0; i < 59; i++) {
      reserve(call(0, 1));
    }

    settle(reserve(call(0, 1)), new Outcome.Unavailable(Duration.ZERO, ERROR));

    assertThat(waitSeconds(call(0, 1))).isZero();
    reserve(call(0, 1));
    assertThat(waitSeconds(call(0, 1))).isPositive();
  }

  @Test
  void outputWithAQuotaOfItsOwnDrawsOnThatAndInputSettlesWithoutIt() {
    admission = of(new TargetQuota.Split(60_000, 6_000));
    Reservation held = reserve(call(1_000, 4_000));
    assertThat(level()).as("input and maximum must fit").isEqualTo(55_000);

    settle(held, new Outcome.Succeeded(new TokenUsage(1_000, 900, 5_000, 0)));

    assertThat(level()).as("only the input stays charged").isEqualTo(59_000);
    assertThat(reserved(call(0, 500))).isNull();
    assertThat(waitSeconds(call(0, 500))).as("500 at 100 a second, 100 are left").isEqualTo(4);
  }

  @Test
  void outputOfItsOwnQuotaBeyondTheReservationIsChargedAsItIsMadeAndOnce() {
    admission = of(new TargetQuota.Split(60_000, 6_000));
    Reservation held = reserve(call(1_000, 4_000));
    admission.extend(held, 400, now);
    assertThat(waitSeconds(call(0, 500))).as("500 are reserved, 500 are left").isZero();
    admission.extend(held, 700, now);
    assertThat(waitSeconds(call(0, 500))).isEqualTo(2);
    admission.extend(held, 700, now);
    settle(held, succeeded(1_000, 700));

    assertThat(waitSeconds(call(0, 500))).isEqualTo(2);
  }
}
