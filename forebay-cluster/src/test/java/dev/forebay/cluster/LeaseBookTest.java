package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeaseBookTest {
  private static final int RENEWALS = 4;

  private long now = 1_000_000;
  private final LeaseBook book = learned();
  private long seq;
  private int[] granted = {};

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
    assertThat(book.lease("a", 1, 300_000, 0, 1, now))
        .isEqualTo(new Grant(300_000, 300_000, false, false));
    assertThat(book.lease("b", 1, 700_000, 0, 1, now).granted()).isEqualTo(700_000);
    assertThat(book.counted(now)).isEqualTo(Grant.WHOLE);
  }

  @Test
  void moreThanThereIsIsSharedByNeedAsSoonAsOthersGiveBack() {
    book.lease("a", 1, Grant.WHOLE, 0, 1, now);
    assertThat(book.lease("b", 1, 500_000, 0, 1, now))
        .isEqualTo(new Grant(0, 333_333, false, false));
    assertThat(book.lease("a", 2, Grant.WHOLE, Grant.WHOLE, 1, now).granted()).isEqualTo(666_666);
    assertThat(book.lease("b", 2, 500_000, 0, 1, now).granted()).as("not confirmed yet").isZero();
    book.giveBack("a", 3, 666_666, now);
    assertThat(book.lease("b", 3, 500_000, 0, 1, now).granted()).isEqualTo(333_333);
  }

  @Test
  void equallyGreatNeedsAreSharedByWeight() {
    settle(new Need(Grant.WHOLE, 3), new Need(Grant.WHOLE, 1));
    assertThat(granted).containsExactly(750_000, 250_000);
  }

  @Test
  void aHeavyOneGetsNoMoreThanItWantsAndTheOthersShareTheRestByNeed() {
    settle(new Need(300_000, 100), new Need(Grant.WHOLE, 1), new Need(500_000, 1));
    assertThat(granted).containsExactly(300_000, 466_666, 233_333);
  }

  /** Who has what they want is known from earlier requests only. */
  @Test
  void whatIsGrantedSettlesAtTheExactParts() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 1_000; round++) {
      Need[] needs = new Need[2 + random.nextInt(30)];
      for (int i = 0; i < needs.length; i++) {
        needs[i] =
            new Need(
                1 + random.nextInt(random.nextBoolean() ? 50_000 : Grant.WHOLE),
                random.nextBoolean() ? 1 : 1 + random.nextInt(1_000));
      }
      settle(needs);
      double[] exact = exact(needs);
      for (int i = 0; i < needs.length; i++) {
        assertThat((double) granted[i])
            .as("round %d, member %d of %d", round, i, needs.length)
            .isCloseTo(exact[i], within(needs.length + 1.0));
      }
    }
  }

  private record Need(int wants, int weight) {
    double weighted() {
      return (double) wants * weight;
    }
  }

  /** All renew some times in turn, and give back what is more than they were granted. */
  private void settle(Need... needs) {
    now += LeaseBook.LEASE_MILLIS;
    granted = new int[needs.length];
    for (int renewal = 0; renewal < RENEWALS; renewal++) {
      for (int i = 0; i < needs.length; i++) {
        String owner = "m" + i;
        int has = Math.min(granted[i], needs[i].wants);
        granted[i] = book.lease(owner, ++seq, needs[i].wants, has, needs[i].weight, now).granted();
        if (granted[i] < has) {
          book.giveBack(owner, ++seq, granted[i], now);
        }
      }
    }
  }

  /**
   * By weight times wants; those for whom that is more than they want get it, and leave the rest.
   */
  private static double[] exact(Need... needs) {
    double[] parts = new double[needs.length];
    boolean[] met = new boolean[needs.length];
    boolean changed = true;
    while (changed) {
      changed = false;
      double left = Grant.WHOLE;
      double weighted = 0;
      for (int i = 0; i < needs.length; i++) {
        left -= met[i] ? needs[i].wants : 0;
        weighted += met[i] ? 0 : needs[i].weighted();
      }
      for (int i = 0; i < needs.length; i++) {
        parts[i] = met[i] ? needs[i].wants : left * needs[i].weighted() / weighted;
        if (!met[i] && parts[i] >= needs[i].wants) {
          met[i] = true;
          changed = true;
        }
      }
    }
    return parts;
  }

  @Test
  void aLeaseEndsByItself() {
    book.lease("a", 1, Grant.WHOLE, 0, 1, now);
    now += LeaseBook.LEASE_MILLIS - 1;
    assertThat(book.lease("b", 1, 400_000, 0, 1, now).granted()).isZero();
    now += 1;
    assertThat(book.lease("b", 2, 400_000, 0, 1, now).granted()).isEqualTo(400_000);
  }

  @Test
  void whatWasOvertakenIsIgnored() {
    book.lease("a", 5, 400_000, 0, 1, now);
    book.giveBack("a", 4, 0, now);
    assertThat(book.counted(now)).isEqualTo(400_000);
    assertThat(book.lease("a", 5, 100_000, 0, 1, now)).isEqualTo(Grant.LATE);
    book.giveBack("unknown", 1, 0, now);
    assertThat(book.counted(now)).isEqualTo(400_000);
  }

  @Test
  void aNewBookConfirmsWhatIsHeldAndGrantsNothingElseForOneLease() {
    LeaseBook fresh = new LeaseBook();
    assertThat(fresh.lease("a", 9, 900_000, 250_000, 1, now))
        .isEqualTo(new Grant(250_000, 900_000, true, false));
    assertThat(fresh.lease("b", 1, 900_000, 0, 1, now).granted()).isZero();
    now += LeaseBook.LEASE_MILLIS;
    assertThat(fresh.lease("a", 10, 900_000, 250_000, 1, now).learning()).isFalse();
    assertThat(fresh.counted(now)).isEqualTo(900_000);
  }

  @Test
  void aDebtIsPaidByWhatIsWithheld() {
    book.settle(200_000_000, now);
    assertThat(book.lease("a", 1, Grant.WHOLE, 0, 1, now).granted()).isEqualTo(800_000);
    now += 1_000;
    assertThat(book.lease("a", 2, Grant.WHOLE, 800_000, 1, now).granted()).isEqualTo(Grant.WHOLE);
    book.settle(Long.MAX_VALUE / 2, now);
    assertThat(book.lease("a", 3, Grant.WHOLE, Grant.WHOLE, 1, now).granted()).isEqualTo(500_000);
    now += 25_000;
    assertThat(book.lease("a", 4, Grant.WHOLE, 0, 1, now).granted())
        .as("ten seconds' worth")
        .isEqualTo(Grant.WHOLE);
  }

  @Test
  void aClockThatGoesBackALittleStandsAndFarBackBeginsAnew() {
    book.lease("a", 1, 400_000, 0, 1, now);
    assertThat(book.lease("b", 1, 100_000, 0, 1, now - 500).learning()).isFalse();
    assertThat(book.counted(now - 500)).isEqualTo(500_000);
    assertThat(book.lease("b", 2, 100_000, 100_000, 1, now - 5_000))
        .isEqualTo(new Grant(100_000, 100_000, true, false));
  }

  private LeaseBook learned() {
    LeaseBook fresh = new LeaseBook();
    fresh.counted(now);
    now += LeaseBook.LEASE_MILLIS;
    return fresh;
  }
}
