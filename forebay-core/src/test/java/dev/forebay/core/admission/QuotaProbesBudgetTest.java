package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.admission.QuotaProbes.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How many refusals are acceptable, and what a call may do that is refused otherwise. */
class QuotaProbesBudgetTest extends QuotaProbesFixture {
  @ParameterizedTest
  @EnumSource(names = {"DOUBTFUL", "PROBE"})
  void withoutABudgetOnlySureOnesGoForTenSecondsAfterARefusal(Kind kind) {
    spendBudget();
    now += 10 * SECOND - 1;
    assertThat(mayGo(kind)).isFalse();
    assertThat(mayGo(Kind.SURE)).isTrue();
    now++;
    assertThat(mayGo(kind)).isTrue();
  }

  @Test
  void fourRefusalsLeaveABudget() {
    for (int refusal = 0; refusal < 4; refusal++) {
      refuse(Kind.DOUBTFUL);
    }
    now += 4 * SECOND;
    assertThat(mayGo(Kind.DOUBTFUL)).isTrue();
    refuse(Kind.DOUBTFUL);
    now += 4 * SECOND;
    assertThat(mayGo(Kind.DOUBTFUL)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"true, 10", "false, 4"})
  void answersBringABudget(boolean known, int answersForOne) {
    QuotaProbes own = new QuotaProbes(known, now);
    for (int refusal = 0; refusal < 5; refusal++) {
      Reservation refused = reservation(Kind.DOUBTFUL);
      own.sent(refused, Kind.DOUBTFUL, false, now);
      own.refused(refused, Kind.DOUBTFUL, now);
    }
    now += 4 * SECOND;
    for (int i = 0; i < answersForOne; i++) {
      assertThat(own.mayGo(Kind.DOUBTFUL, false, now)).as("after %d answers", i).isFalse();
      own.answered(now);
    }
    own.answered(now); // the sum of tenths may be just less than one
    assertThat(own.mayGo(Kind.DOUBTFUL, false, now)).isTrue();
  }

  @Test
  void manyRefusalsAreNotOwedForEver() {
    for (int refusal = 0; refusal < 100; refusal++) {
      refuse(Kind.DOUBTFUL);
    }
    for (int answer = 0; answer < 31; answer++) {
      probes.answered(now);
    }
    now += 4 * SECOND;
    assertThat(mayGo(Kind.DOUBTFUL)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"DOUBTFUL", "PROBE"})
  void aLastChanceIsTakenDuringAHold(Kind kind) {
    refuse(Kind.DOUBTFUL);
    useUpCreditUnasked();
    assertThat(mayGo(kind)).isFalse();
    assertThat(mayGoAsLastChance(kind)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"DOUBTFUL", "PROBE"})
  void lastChancesAreBoundedLikeOthersWhileTheyAreUnconfirmed(Kind kind) {
    refuse(Kind.DOUBTFUL);
    sendUnasked(kind);
    assertThat(mayGoAsLastChance(kind)).isFalse();
  }

  @Test
  void withoutABudgetALastChanceIsTakenFourSecondsAfterTheLastRefusal() {
    spendBudget();
    now += 4 * SECOND - 1;
    assertThat(mayGoAsLastChance(Kind.PROBE)).isFalse();
    now++;
    assertThat(mayGoAsLastChance(Kind.PROBE)).isTrue();
    assertThat(mayGo(Kind.PROBE)).isFalse();
  }

  @Test
  void whereAnswersAreRareOnlyAfterThreeTimesAsLongAsThereIsBetweenThem() {
    for (int answer = 0; answer < 200; answer++) {
      now += 8 * SECOND;
      probes.answered(now);
    }
    spendBudget();
    now += 24 * SECOND - 100;
    assertThat(mayGoAsLastChance(Kind.PROBE)).isFalse();
    now += 100;
    assertThat(mayGoAsLastChance(Kind.PROBE)).isTrue();
  }

  @Test
  void thatIsNoLongerThanTwoMinutes() {
    for (int answer = 0; answer < 200; answer++) {
      now += 3_600 * SECOND;
      probes.answered(now);
    }
    spendBudget();
    now += 120 * SECOND;
    assertThat(mayGoAsLastChance(Kind.PROBE)).isTrue();
  }

  @Test
  void aSuspicionBoundsLastChancesToo() {
    refuse(Kind.SURE);
    send(Kind.SURE);
    assertThat(mayGoAsLastChance(Kind.PROBE)).isFalse();
  }

  private void spendBudget() {
    while (mayGoAsLastChance(Kind.PROBE)) {
      refuse(Kind.DOUBTFUL);
    }
    assertThat(mayGo(Kind.PROBE)).isFalse();
  }

  private void useUpCreditUnasked() {
    for (int i = 0; i < 6; i++) {
      probes.dropped(sendUnasked(Kind.PROBE));
    }
  }
}
