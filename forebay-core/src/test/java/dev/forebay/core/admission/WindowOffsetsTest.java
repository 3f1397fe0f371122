package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowOffsetsTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final double LIMIT = 10_000;
  private static final long AMOUNT = 500;

  private final long start = Math.floorDiv(Long.MAX_VALUE - 90 * SECOND, SECOND) * SECOND;
  private final WindowOffsets offsets = new WindowOffsets();
  private UsageWindow use = new UsageWindow(start);
  private long now = start;

  /** At which second of the minute the service begins anew, and what it has counted since. */
  private int offset;

  private long counted;

  @BeforeEach
  void begin() {
    use = new UsageWindow(start);
  }

  @Test
  void withoutEvidenceAllGuessesAreAlike() {
    use.take(9_600, now);
    now += 15 * SECOND;

    assertThat(offsets.fitting(use, AMOUNT, LIMIT, now)).isEqualTo(15 / 60.0, within(1e-9));
    assertThat(offsets.fitting(use, 400, LIMIT, now)).as("fits all").isEqualTo(1, within(1e-9));
    assertThat(offsets.used(use, now)).isEqualTo(9_600 * 45 / 60.0, within(1e-6));
    assertThat(offsets.leastUsed(use, now)).isZero();
    assertThat(offsets.mostUsed(use, now)).isEqualTo(9_600);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 42, 59})
  void whereTheMinuteBeginsIsLearned(int truePhase) {
    offset = truePhase;
    run(5 * 60, 0);

    assertKnown();
  }

  @Test
  void refusalsByChanceExcludeNoneForGood() {
    offset = 17;
    run(3 * 60, 0);
    now += 60 * SECOND;
    counted = 0;
    for (int i = 0; i < 300; i++) {
      // In an empty minute, where only the right guess is empty as well.
      offsets.learn(false, use, AMOUNT, LIMIT, now);
    }

    run(5 * 60, 0);

    assertKnown();
  }

  @Test
  void someRefusalsByChanceDoNotHideIt() {
    offset = 42;
    run(10 * 60, 0.02);

    assertKnown();
  }

  @Test
  void whatAllGuessesDeniedChangesNothing() {
    use.take(500, now);
    for (int i = 0; i < 20; i++) {
      offsets.learn(false, use, AMOUNT, LIMIT, now);
    }
    use.take(9_300, now);
    now += 15 * SECOND;

    assertThat(offsets.fitting(use, AMOUNT, LIMIT, now)).isEqualTo(15 / 60.0, within(1e-9));
  }

  /** A second before the minute begins anew little is let in, and a second after it is. */
  private void assertKnown() {
    while (secondOfMinute() != offset) {
      second(4, new SplittableRandom(1), 0);
    }
    int sent = 0;
    while (secondOfMinute() != Math.floorMod(offset - 1, 60)) {
      second(sent++ < 3 ? 10 : 0, new SplittableRandom(1), 0);
    }
    assertThat(counted).isEqualTo(10_000);
    assertThat(offsets.fitting(use, AMOUNT, LIMIT, now)).as("before").isLessThan(0.1);
    assertThat(offsets.used(use, now)).isEqualTo(10_000, within(1_000.0));
    now += SECOND;
    counted = 0;
    assertThat(offsets.fitting(use, AMOUNT, LIMIT, now)).as("after").isGreaterThan(0.9);
    assertThat(offsets.used(use, now)).isEqualTo(0, within(1_000.0));
  }

  private void run(int seconds, double chance) {
    SplittableRandom random = new SplittableRandom(offset);
    for (int i = 0; i < seconds; i++) {
      second(random.nextInt(6), random, chance);
    }
  }

  private void second(int attempts, SplittableRandom random, double chance) {
    for (int i = 0; i < attempts; i++) {
      if (counted + AMOUNT <= LIMIT && random.nextDouble() >= chance) {
        counted += AMOUNT;
        use.take(AMOUNT, now);
        offsets.learn(true, use, 0, LIMIT, now);
      } else {
        offsets.learn(false, use, AMOUNT, LIMIT, now);
      }
    }
    now += SECOND;
    if (secondOfMinute() == offset) {
      counted = 0;
    }
  }

  private int secondOfMinute() {
    return (int) Math.floorMod((now - start) / SECOND, 60L);
  }
}
