package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseBookTest {
  private long now = 1_000_000;
  private final LeaseBook book = learned();

  @Test
  void defaults() {
    assertThat(LeaseBook.LEASE_MILLIS).isEqualTo(2_000);
    assertThat(LeaseHolder.RENEW_MILLIS).isEqualTo(500);
    assertThat(LeaseHolder.SOON_MILLIS).isEqualTo(100);
    assertThat(LeaseHolder.TIMEOUT_MILLIS).isEqualTo(250);
    assertThat(LeaseBook.MAX_DEBT).isEqualTo(10_000_000_000L);
  }

  @Test
  void whatAllWantIsGrantedWhereItFits() {
    assertThat(book.lease("a", 1, 300_000, 0, now))
        .isEqualTo(new Grant(300_000, 300_000, false, false));
    assertThat(book.lease("b", 1, 700_000, 0, now).granted()).isEqualTo(700_000);
    assertThat(book.counted(now)).isEqualTo(Grant.WHOLE);
  }

  @Test
  void moreThanThereIsIsSharedByNeedAsSoonAsOthersGiveBack() {
    book.lease("a", 1, Grant.WHOLE, 0, now);
    assertThat(book.lease("b", 1, 500_000, 0, now)).isEqualTo(new Grant(0, 333_333, false, false));
    assertThat(book.lease("a", 2, Grant.WHOLE, Grant.WHOLE, now).granted()).isEqualTo(666_666);
    assertThat(book.lease("b", 2, 500_000, 0, now).granted()).as("not confirmed yet").isZero();
    book.giveBack("a", 3, 666_666, now);
    assertThat(book.lease("b", 3, 500_000, 0, now).granted()).isEqualTo(333_333);
  }

  @Test
  void aLeaseEndsByItself() {
    book.lease("a", 1, Grant.WHOLE, 0, now);
    now += LeaseBook.LEASE_MILLIS - 1;
    assertThat(book.lease("b", 1, 400_000, 0, now).granted()).isZero();
    now += 1;
    assertThat(book.lease("b", 2, 400_000, 0, now).granted()).isEqualTo(400_000);
  }

  @Test
  void whatWasOvertakenIsIgnored() {
    book.lease("a", 5, 400_000, 0, now);
    book.giveBack("a", 4, 0, now);
    assertThat(book.counted(now)).isEqualTo(400_000);
    assertThat(book.lease("a", 5, 100_000, 0, now)).isEqualTo(Grant.LATE);
    book.giveBack("unknown", 1, 0, now);
    assertThat(book.counted(now)).isEqualTo(400_000);
  }

  @Test
  void aNewBookConfirmsWhatIsHeldAndGrantsNothingElseForOneLease() {
    LeaseBook fresh = new LeaseBook();
    assertThat(fresh.lease("a", 9, 900_000, 250_000, now))
        .isEqualTo(new Grant(250_000, 900_000, true, false));
    assertThat(fresh.lease("b", 1, 900_000, 0, now).granted()).isZero();
    now += LeaseBook.LEASE_MILLIS;
    assertThat(fresh.lease("a", 10, 900_000, 250_000, now).learning()).isFalse();
    assertThat(fresh.counted(now)).isEqualTo(900_000);
  }

  @Test
  void aDebtIsPaidByWhatIsWithheld() {
    book.settle(200_000_000, now);
    assertThat(book.lease("a", 1, Grant.WHOLE, 0, now).granted()).isEqualTo(800_000);
    now += 1_000;
    assertThat(book.lease("a", 2, Grant.WHOLE, 800_000, now).granted()).isEqualTo(Grant.WHOLE);
    book.settle(Long.MAX_VALUE / 2, now);
    assertThat(book.lease("a", 3, Grant.WHOLE, Grant.WHOLE, now).granted()).isEqualTo(500_000);
    now += 25_000;
    assertThat(book.lease("a", 4, Grant.WHOLE, 0, now).granted())
        .as("ten seconds' worth")
        .isEqualTo(Grant.WHOLE);
  }

  @Test
  void aClockThatGoesBackALittleStandsAndFarBackBeginsAnew() {
    book.lease("a", 1, 400_000, 0, now);
    assertThat(book.lease("b", 1, 100_000, 0, now - 500).learning()).isFalse();
    assertThat(book.counted(now - 500)).isEqualTo(500_000);
    assertThat(book.lease("b", 2, 100_000, 100_000, now - 5_000))
        .isEqualTo(new Grant(100_000, 100_000, true, false));
  }

  private LeaseBook learned() {
    LeaseBook fresh = new LeaseBook();
    fresh.counted(now);
    now += LeaseBook.LEASE_MILLIS;
    return fresh;
  }
}
