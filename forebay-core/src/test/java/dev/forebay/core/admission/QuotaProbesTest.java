package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.admission.QuotaProbes.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaProbesTest extends QuotaProbesFixture {
  @Test
  void defaultsArePinned() {
    assertThat(QuotaProbes.MOST).isEqualTo(8);
    assertThat(QuotaProbes.MIN_CONFIRM).hasMillis(50);
    assertThat(QuotaProbes.MAX_CONFIRM).hasMillis(500);
    assertThat(QuotaProbes.MIN_HOLD).hasMillis(250);
    assertThat(QuotaProbes.MAX_HOLD).hasSeconds(4);
    assertThat(QuotaProbes.WITHOUT_CREDIT).hasSeconds(5);
    assertThat(QuotaProbes.MAX_GAP).hasSeconds(40);
  }

  @ParameterizedTest
  @CsvSource({
    "1, SURE",
    "0.97, SURE",
    "0.96, DOUBTFUL",
    "0.5, DOUBTFUL",
    "0.49, PROBE",
    "0, PROBE"
  })
  void howSureAnAttemptIs(double probability, Kind kind) {
    assertThat(QuotaProbes.kind(probability)).isEqualTo(kind);
    assertThat(Kind.of(kind.bits | Kind.OTHER_BITS)).isEqualTo(kind);
  }

  @Test
  void sureOnesGoWithoutEnd() {
    assertThat(sendAll(Kind.SURE, 1_000)).hasSize(1_000);
    assertThat(probes.isIdle()).as("nothing to confirm").isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"DOUBTFUL", "PROBE"})
  void asManyMoreGoUnconfirmedWithEachConfirmedUpToEight(Kind kind) {
    for (int allowed : new int[] {1, 2, 4}) {
      List<Reservation> sent = sendAll(kind, 100);
      assertThat(sent).hasSize(allowed);
      probes.confirmed(sent.getFirst(), kind);
      sent.forEach(probes::dropped);
    }
    assertThat(sendAll(Kind.DOUBTFUL, 100)).hasSize(QuotaProbes.MOST);
    assertThat(sendAll(Kind.DOUBTFUL, 100)).isEmpty();
  }

  @Test
  void oneThatEndedWithoutShowingAnythingMakesRoom() {
    Reservation sent = send(Kind.DOUBTFUL);
    assertThat(mayGo(Kind.DOUBTFUL)).isFalse();

    probes.dropped(sent);

    assertThat(sendAll(Kind.DOUBTFUL, 100)).as("no more than before").hasSize(1);
  }

  @Test
  void aProbeTakesACreditAndOneThatIsConfirmedGetsItBack() {
    for (int i = 0; i < 20; i++) {
      Reservation sent = send(Kind.PROBE);
      probes.confirmed(sent, Kind.PROBE);
    }
  }

  @Test
  void withoutCreditOneGoesInFiveSeconds() {
    useUpCredit();
    assertThat(mayGo(Kind.DOUBTFUL)).isTrue();
    assertThat(mayGo(Kind.PROBE)).isFalse();

    now += 5 * SECOND - 1;
    assertThat(mayGo(Kind.PROBE)).isFalse();
    now += 1;
    probes.dropped(send(Kind.PROBE));
    assertThat(mayGo(Kind.PROBE)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"true, 50", "false, 20"})
  void answersBringCredit(boolean known, int answersForOne) {
    QuotaProbes own = new QuotaProbes(known, now);
    while (own.mayGo(Kind.PROBE, false, now)) {
      Reservation sent = reservation(Kind.PROBE);
      own.sent(sent, Kind.PROBE, false, now);
      own.dropped(sent);
    }
    for (int i = 0; i < answersForOne; i++) {
      assertThat(own.mayGo(Kind.PROBE, false, now)).as("after %d answers", i).isFalse();
      own.answered(now);
    }
    own.answered(now); // the sum of hundredths may be just less than one
    assertThat(own.mayGo(Kind.PROBE, false, now)).isTrue();
  }

  @Test
  void answersBringNoMoreThanFive() {
    for (int i = 0; i < 10_000; i++) {
      probes.answered(now);
    }

    assertThat(useUpCredit()).isBetween(5, 6);
  }

  @Test
  void whatIsNotRefusedForLongEnoughIsConfirmed() {
    Reservation sent = send(Kind.DOUBTFUL);
    now += 499 * MS;
    assertThat(probes.due(now)).isNull();
    now += MS;
    assertThat(probes.due(now)).isSameAs(sent);
  }

  @ParameterizedTest
  @CsvSource({"1, 50", "40, 120", "300, 500"})
  void thatIsThreeTimesAsLongAsRefusalsTake(int refusalMillis, int confirmMillis) {
    for (int i = 0; i < 100; i++) {
      Reservation refused = reservation(Kind.DOUBTFUL);
      probes.sent(refused, Kind.DOUBTFUL, false, now);
      now += refusalMillis * MS;
      probes.refused(refused, Kind.DOUBTFUL, now);
    }
    now += 10 * SECOND;
    Reservation sent = send(Kind.DOUBTFUL);
    now += (confirmMillis - 1) * MS;
    assertThat(probes.due(now)).isNull();
    now += 2 * MS;
    assertThat(probes.due(now)).isSameAs(sent);
  }

  @Test
  void aRefusalConfirmsThoseSentBefore() {
    probes.confirmed(send(Kind.DOUBTFUL), Kind.DOUBTFUL);
    Reservation first = send(Kind.DOUBTFUL);
    now += MS;
    Reservation second = send(Kind.DOUBTFUL);

    assertThat(probes.before(second)).isSameAs(first);
    assertThat(probes.before(first)).isNull();
  }

  @Test
  void aRefusalHoldsAllThatAreNotSureForTwiceAsLongIfTheLastHoldEndedJustNow() {
    for (long hold : new long[] {250, 500, 1_000, 2_000, 4_000, 4_000}) {
      answerMany();
      assertThat(refuse(Kind.DOUBTFUL)).isTrue();
      now += hold * MS - 1;
      assertThat(mayGo(Kind.DOUBTFUL)).as("hold of %d ms", hold).isFalse();
      assertThat(mayGo(Kind.SURE)).isTrue();
      assertThat(probes.nextNanos(now) - now).isEqualTo(1);
      now++;
      assertThat(mayGo(Kind.DOUBTFUL)).as("after %d ms", hold).isTrue();
    }
    now += 16 * SECOND;
    refuse(Kind.DOUBTFUL);
    now += 250 * MS;
    assertThat(mayGo(Kind.DOUBTFUL)).as("long after the last one").isTrue();
  }

  @Test
  void aRefusalLeavesOneUnconfirmedAtATime() {
    for (int i = 0; i < 3; i++) {
      probes.confirmed(send(Kind.DOUBTFUL), Kind.DOUBTFUL);
    }
    refuse(Kind.DOUBTFUL);
    now += 250 * MS;

    assertThat(sendAll(Kind.DOUBTFUL, 100)).hasSize(1);
  }

  @Test
  void oneThatIsConfirmedEndsTheHoldsBeforeIt() {
    refuse(Kind.DOUBTFUL);
    now += 250 * MS;
    Reservation sent = send(Kind.DOUBTFUL);
    now += MS;
    probes.confirmed(sent, Kind.DOUBTFUL);
    refuse(Kind.DOUBTFUL);
    now += 250 * MS;

    assertThat(mayGo(Kind.DOUBTFUL)).as("no double hold").isTrue();
  }

  @Test
  void oneThatIsConfirmedDuringAHoldEndsIt() {
    refuse(Kind.DOUBTFUL);
    now += MS;
    Reservation sure = reservation(Kind.SURE);
    probes.sent(sure, Kind.SURE, true, now);
    now += MS;
    assertThat(mayGo(Kind.DOUBTFUL)).isFalse();

    probes.confirmed(sure, Kind.SURE);

    assertThat(mayGo(Kind.DOUBTFUL)).isTrue();
  }

  @Test
  void oneThatWasSentBeforeARefusalEndsNoHold() {
    probes.confirmed(send(Kind.DOUBTFUL), Kind.DOUBTFUL);
    Reservation before = send(Kind.DOUBTFUL);
    now += MS;
    refuse(Kind.DOUBTFUL);
    probes.confirmed(before, Kind.DOUBTFUL);

    assertThat(mayGo(Kind.DOUBTFUL)).isFalse();
  }

  @Test
  void refusedProbesOfAKnownQuotaComeEverMoreSeldom() {
    for (long gap : new long[] {10, 20, 40, 40}) {
      assertThat(refuse(Kind.PROBE)).isTrue();
      now += gap * SECOND - 1;
      assertThat(mayGo(Kind.PROBE)).as("%d s", gap).isFalse();
      now++;
      assertThat(mayGo(Kind.PROBE)).as("%d s", gap).isTrue();
    }
    probes.confirmed(send(Kind.PROBE), Kind.PROBE);
    assertThat(mayGo(Kind.PROBE)).as("one that is let in ends that").isTrue();
  }

  @Test
  void aSureOneThatIsRefusedIsASuspicionWithoutAHold() {
    assertThat(refuse(Kind.SURE)).as("may be chance").isFalse();

    assertThat(probes.suspects()).isTrue();
    for (Kind kind : Kind.values()) {
      assertThat(mayGo(kind)).isTrue();
    }
    send(Kind.SURE);
    for (Kind kind : Kind.values()) {
      assertThat(mayGo(kind)).as("one at a time").isFalse();
    }
  }

  @Test
  void oneThatIsConfirmedDecidesThatItWasChance() {
    refuse(Kind.SURE);
    Reservation next = send(Kind.SURE);

    probes.confirmed(next, Kind.SURE);

    assertThat(probes.suspects()).isFalse();
    assertThat(sendAll(Kind.SURE, 100)).hasSize(100);
  }

  @Test
  void oneThatWasSentBeforeDecidesNothing() {
    probes.confirmed(send(Kind.DOUBTFUL), Kind.DOUBTFUL);
    Reservation before = send(Kind.DOUBTFUL);
    now += MS;
    refuse(Kind.SURE);

    probes.confirmed(before, Kind.DOUBTFUL);

    assertThat(probes.suspects()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void anotherThatIsRefusedDecidesThatLimitsAreLower(Kind kind) {
    refuse(Kind.SURE);
    assertThat(refuse(kind)).isTrue();

    assertThat(probes.suspects()).isFalse();
    assertThat(mayGo(Kind.DOUBTFUL)).as("a hold").isFalse();
    assertThat(mayGo(Kind.SURE)).isTrue();
  }

  @Test
  void aSuspicionIsForgottenFiveSecondsAfterItsRefusal() {
    refuse(Kind.SURE);
    now += 6 * SECOND;

    assertThat(refuse(Kind.SURE)).as("the first one again").isFalse();
  }

  /** After a while in which refusals were chance. */
  @ParameterizedTest
  @ValueSource(ints = {0, 20})
  void whereMostSuspicionsWereChanceItTakesMoreRefusals(int chances) {
    for (int i = 0; i < chances; i++) {
      refuse(Kind.SURE);
      now += MS;
      probes.confirmed(send(Kind.SURE), Kind.SURE);
    }
    int refusals = 1;
    while (!refuse(Kind.SURE)) {
      refusals++;
      now += MS;
    }

    assertThat(refusals).isEqualTo(chances == 0 ? 2 : 7);
  }

  @Test
  void probesThatWereRefusedByChanceGetTheirCreditBack() {
    for (int i = 0; i < 20; i++) {
      refuse(Kind.SURE);
      now += MS;
      probes.confirmed(send(Kind.SURE), Kind.SURE);
    }
    answerMany();
    refuse(Kind.SURE);
    for (int i = 0; i < 3; i++) {
      now += MS;
      assertThat(refuse(Kind.PROBE)).isFalse();
    }
    now += MS;
    probes.confirmed(send(Kind.SURE), Kind.SURE);

    assertThat(useUpCredit()).isEqualTo(5);
  }
}
