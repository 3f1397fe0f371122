package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.admission.QuotaProbes.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A crowd that waits is not sent at once after a refusal that was no chance. */
class QuotaProbesSlowStartTest extends QuotaProbesFixture {
  private static final int CROWD = 1_000;

  @Test
  void afterACutSureOnesGoOneByOneAndTwiceAsManyWithEachThatIsConfirmed() {
    cut();
    now += MS;
    List<Reservation> sent = sendAll(Kind.SURE, CROWD);
    for (int unconfirmed = 1; unconfirmed < 256; unconfirmed *= 2) {
      assertThat(sent).hasSize(unconfirmed);
      assertThat(sendAll(Kind.SURE, CROWD)).isEmpty();
      now += MS;
      probes.confirmed(sent.getFirst(), Kind.SURE);
      sent.forEach(probes::dropped);
      sent = sendAll(Kind.SURE, CROWD);
    }
    assertThat(sent).as("confirmed often enough").hasSize(CROWD);
  }

  @Test
  void oneThatEndsWithoutShowingAnythingMakesRoomForOne() {
    cut();
    now += MS;
    for (int i = 0; i < 10; i++) {
      List<Reservation> sent = sendAll(Kind.SURE, CROWD);
      assertThat(sent).hasSize(1);
      probes.dropped(sent.getFirst());
    }
  }

  @Test
  void oneThatWasSentBeforeTheCutDoesNotShowThatMoreMayGo() {
    Reservation before = reservation(Kind.SURE);
    probes.sent(before, Kind.SURE, true, now);
    now += MS;
    cut();
    probes.confirmed(before, Kind.SURE);
    assertThat(sendAll(Kind.SURE, CROWD)).hasSize(1);
  }

  @Test
  void aCrowdIsRefusedOneByOne() {
    answerMany();
    for (int cut = 0; cut < 5; cut++) {
      refuse(Kind.SURE);
      List<Reservation> sent = sendAll(Kind.SURE, CROWD);
      assertThat(sent).as("under a suspicion").hasSize(1);
      now += MS;
      assertThat(probes.refused(sent.getFirst(), Kind.SURE, now)).isTrue();
      now += MS;
      sent = sendAll(Kind.SURE, CROWD);
      assertThat(sent).as("after a cut").hasSize(1);
      now += MS;
      probes.confirmed(sent.getFirst(), Kind.SURE);
      assertThat(sendAll(Kind.SURE, 2)).hasSize(2).allSatisfy(probes::dropped);
    }
  }

  @Test
  void aRefusalOfOneThatWasDoubtfulSlowsSureOnesToo() {
    refuse(Kind.DOUBTFUL);
    assertThat(sendAll(Kind.SURE, CROWD)).hasSize(1);
  }

  @Test
  void whereRefusalsAreChanceMoreGoUnderASuspicion() {
    for (int unconfirmed = 1; unconfirmed <= 256; unconfirmed *= 2) {
      refuse(Kind.SURE);
      now += MS;
      List<Reservation> sent = sendAll(Kind.SURE, CROWD);
      assertThat(sent).hasSize(unconfirmed);
      now += MS;
      probes.confirmed(sent.getFirst(), Kind.SURE);
      sent.forEach(probes::dropped);
    }
    refuse(Kind.SURE);
    assertThat(sendAll(Kind.SURE, CROWD)).as("no more than that").hasSize(256);
  }

  @Test
  void aCutEndsThat() {
    for (int i = 0; i < 3; i++) {
      refuse(Kind.SURE);
      now += MS;
      probes.confirmed(send(Kind.SURE), Kind.SURE);
    }
    answerMany();
    while (!refuse(Kind.SURE)) {
      now += MS;
    }
    now += MS;
    probes.confirmed(send(Kind.SURE), Kind.SURE);
    now += MS;
    refuse(Kind.SURE);
    assertThat(sendAll(Kind.SURE, CROWD)).hasSize(1);
  }
}
