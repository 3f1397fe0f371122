package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.admission.QuotaConsumption;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DemandTest {
  private static final long TICK_MILLIS = 20;
  private static final double FAIR = 0.2;
  private static final Offset<Integer> CLOSE = within(10_000);

  private final Demand demand = new Demand();
  private long now = 1_000;
  private double used;
  private double owed;

  @Test
  void nothingIsWantedBeforeTheFirstUseAndTwoSecondsAfterTheLast() {
    assertThat(looks(1, 0, 0, false)).isZero();
    assertThat(looks(1, 0.001, 0, false)).isPositive();
    assertThat(looks(99, 0, 0, false)).isPositive();
    assertThat(looks(1, 0, 0, false)).isZero();
  }

  @Test
  void halfOfTheFairPartIsThereForANeedThatGrows() {
    assertThat(looks(100, 0.0001, 0, false)).isEqualTo(100_000);
  }

  @Test
  void aQuarterMoreThanWhatIsUsed() {
    assertThat(looks(250, 0.4 / 50, 0, false)).isCloseTo(500_000, CLOSE);
    assertThat(looks(25, 0, 0, false)).as("half a second later").isCloseTo(184_000, CLOSE);
  }

  @Test
  void callsThatComeCountWhetherTheyAreBegunOrWait() {
    int all = looks(25, 0.4 / 50, 0, false);
    Demand another = new Demand();
    used = 0;
    int half = 0;
    for (int look = 0; look < 25; look++) {
      used += 0.2 / 50;
      owed += 0.2 / 50;
      now += TICK_MILLIS;
      half = another.wants(use(), FAIR, false, now);
    }
    assertThat(half - (int) (owed * Grant.WHOLE)).isCloseTo(all, CLOSE);
  }

  @Test
  void callsThatWaitedAreNoNewOnesWhenTheyBegin() {
    owed = 0.5;
    looks(250, 0, 0, false);
    assertThat(looks(25, 0.01, -0.01, false)).isCloseTo(250_000, CLOSE);
  }

  @Test
  void moreThanTheWholeIsNotWanted() {
    assertThat(looks(250, 0.02, 0.02, false)).isEqualTo(Grant.WHOLE);
  }

  @Test
  void whereTheQuotaIsShortOnlyTheNeedIsLeft() {
    assertThat(looks(250, 0.4 / 50, 0, false)).isCloseTo(500_000, CLOSE);
    assertThat(looks(13, 0.4 / 50, 0, true)).as("250 ms later").isCloseTo(450_000, CLOSE);
    assertThat(looks(100, 0.4 / 50, 0, true)).isCloseTo(400_000, CLOSE);
    assertThat(looks(200, 0.4 / 50, 0, false)).as("4 s later").isCloseTo(450_000, CLOSE);
    assertThat(looks(200, 0.4 / 50, 0, false)).isCloseTo(500_000, CLOSE);
  }

  /** What is wanted after so many looks, with so much used and owed more each time. */
  private int looks(int count, double uses, double owes, boolean scarce) {
    int wants = 0;
    for (int look = 0; look < count; look++) {
      used += uses;
      owed += owes;
      now += TICK_MILLIS;
      wants = demand.wants(use(), FAIR, scarce, now);
    }
    return wants;
  }

  private QuotaConsumption use() {
    return new QuotaConsumption(true, used, 0, 0, owed);
  }
}
