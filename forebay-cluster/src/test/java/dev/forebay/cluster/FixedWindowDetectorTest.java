package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.admission.QuotaEvidence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FixedWindowDetectorTest {
  private final FixedWindowDetector detector = new FixedWindowDetector(true);

  @BeforeEach
  void nothingWasAttemptedYet() {
    assertThat(detector.isFound(seen(0, 0), 0)).isFalse();
  }

  @Test
  void oneRefusalIsChanceAndTwoThatAreAHundredthAreNot() {
    assertThat(detector.isFound(seen(100, 1), 0)).isFalse();
    assertThat(detector.isFound(seen(150, 2), 20)).isTrue();
    assertThat(detector.isWindowed(20)).isTrue();
    assertThat(detector.isFound(seen(150, 20), 40)).as("known already").isFalse();
  }

  @Test
  void fewOfManyAreChance() {
    assertThat(detector.isFound(seen(10_000, 50), 0)).isFalse();
    assertThat(detector.isFound(seen(20_000, 250), 20)).isTrue();
  }

  @Test
  void refusalsOfAMinuteAgoCountNoMore() {
    assertThat(detector.isFound(seen(10, 1), 0)).isFalse();
    assertThat(detector.isFound(seen(10, 2), 60_000)).isFalse();
  }

  @Test
  void countersThatBeginAnewSayNothingOfWhatWasBefore() {
    assertThat(detector.isFound(seen(100_000, 500), 20)).isFalse();
    assertThat(detector.isFound(seen(100_000, 500), 600_000)).isFalse();
    assertThat(detector.isFound(seen(0, 0), 600_020)).isFalse();
    assertThat(detector.isFound(seen(300, 2), 600_040)).as("less than a hundredth").isFalse();
    assertThat(detector.isFound(seen(400, 4), 600_060)).isTrue();
  }

  @Test
  void whatWasCountedBeforeTheFirstLookIsNotRecent() {
    FixedWindowDetector late = new FixedWindowDetector(true);
    assertThat(late.isFound(seen(100, 50), 0)).isFalse();
    assertThat(late.isFound(seen(150, 52), 20)).isTrue();
  }

  @Test
  void whatWasRefusedByOtherFiguresDoesNotCount() {
    FixedWindowDetector learned = new FixedWindowDetector(false);
    assertThat(learned.isFound(seen(0, 0), 0)).isFalse();
    assertThat(learned.isFound(seen(100, 50), 20)).isFalse();
    learned.requota(true);
    assertThat(learned.isFound(seen(150, 50), 40)).isFalse();
    assertThat(learned.isFound(seen(200, 52), 60)).isTrue();
  }

  @Test
  void whatTheOthersDidNotHearIsFoundAgainAfterAWhile() {
    assertThat(detector.isFound(seen(100, 2), 20)).isTrue();
    detector.failed(20);
    assertThat(detector.isFound(seen(100, 2), 519)).isFalse();
    assertThat(detector.isFound(seen(100, 2), 520)).isTrue();
    assertThat(detector.leftMillis(520)).isEqualTo(FixedWindowDetector.HOLDS_MILLIS - 500);
    assertThat(detector.isFound(seen(100, 2), 2_000)).isFalse();
  }

  @Test
  void itEndsAndWhatOthersSayMakesItLonger() {
    detector.is(1_000, 0);
    detector.is(500, 100);
    assertThat(detector.isWindowed(999)).isTrue();
    assertThat(detector.isWindowed(1_000)).isFalse();
  }

  @Test
  void aMinuteAfterItWasFoundMoreRefusalsHaveAnotherReason() {
    assertThat(detector.isSettled(100_000)).isFalse();
    detector.is(FixedWindowDetector.HOLDS_MILLIS, 100_000);
    detector.is(FixedWindowDetector.HOLDS_MILLIS, 150_000);
    assertThat(detector.isSettled(159_999)).isFalse();
    assertThat(detector.isSettled(160_000)).isTrue();
  }

  @Test
  void aQuotaThatIsLearnedHasItInItsFigure() {
    FixedWindowDetector learned = new FixedWindowDetector(false);
    assertThat(learned.isFound(seen(0, 0), 0)).isFalse();
    assertThat(learned.isFound(seen(100, 50), 0)).isFalse();
    assertThat(learned.isSettled(0)).isTrue();
  }

  private static QuotaEvidence seen(long attempts, long refusals) {
    return new QuotaEvidence(0, attempts, refusals, 0);
  }
}
