package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageWindowTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private record Entry(long atNanos, long amount) {}

  @ParameterizedTest
  @ValueSource(longs = {0, -90_000_000_000L, Long.MAX_VALUE - 90_000_000_000L, Long.MAX_VALUE})
  void itsSumIsThatOfAMinuteAndAtMostOneSecondMore(long start) {
    SplittableRandom random = new SplittableRandom(start);
    long now = start + random.nextLong(SECOND);
    UsageWindow window = new UsageWindow(now);
    List<Entry> entries = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      now += step(random);
      Entry taken = new Entry(now, random.nextLong(1_000));
      window.take(taken.amount, now);
      entries.add(taken);
      assertThat(window.sum(now))
          .isBetween(since(entries, now, 60 * SECOND), since(entries, now, 61 * SECOND));
    }
  }

  private static long since(List<Entry> entries, long now, long age) {
    return entries.stream().filter(e -> now - e.atNanos < age).mapToLong(Entry::amount).sum();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -90_000_000_000L, Long.MAX_VALUE - 90_000_000_000L, Long.MAX_VALUE})
  void itSettlesAsAListOfAllThatWasTaken(long start) {
    SplittableRandom random = new SplittableRandom(start);
    long origin = start - Math.floorMod(start, SECOND);
    long now = start;
    UsageWindow window = new UsageWindow(now);
    List<Entry> entries = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      now += step(random);
      long second = Math.floorDiv(now - origin, SECOND);
      if (entries.isEmpty() || random.nextBoolean()) {
        Entry taken = new Entry(now, random.nextLong(1_000));
        window.take(taken.amount, now);
        entries.add(taken);
      } else {
        int which = Math.max(0, entries.size() - 1 - random.nextInt(60));
        Entry settled = entries.get(which);
        long change = random.nextLong(1_000) - settled.amount;
        window.settle(change, settled.atNanos, now);
        if (second - Math.floorDiv(settled.atNanos - origin, SECOND) < 61) {
          entries.set(which, new Entry(settled.atNanos, settled.amount + change));
        } else if (change > 0) {
          entries.add(new Entry(now, change));
        }
      }
      assertThat(window.sum(now))
          .isEqualTo(
              entries.stream()
                  .filter(e -> second - Math.floorDiv(e.atNanos - origin, SECOND) < 61)
                  .mapToLong(Entry::amount)
                  .sum());
    }
  }

  /** Mostly a small one, and now and then more than the whole window. */
  private static long step(SplittableRandom random) {
    return random.nextLong(random.nextInt(50) == 0 ? 90 * SECOND : 2 * SECOND);
  }

  @Test
  void whatIsSettledLeavesTheSecondFromWhichItWasTaken() {
    long now = Long.MAX_VALUE;
    UsageWindow window = new UsageWindow(now);
    long taken = now;
    window.take(1_000, now);
    now += 50 * SECOND;
    window.settle(-900, taken, now);
    assertThat(window.sum(now)).isEqualTo(100);
    assertThat(window.at(window.second(now) - 50)).isEqualTo(100);

    now += 11 * SECOND;
    assertThat(window.sum(now)).isZero();
  }

  @Test
  void whatIsSettledMoreThanAMinuteLaterCountsFromNowOnIfItIsMore() {
    long taken = 5;
    UsageWindow window = new UsageWindow(taken);
    window.take(1_000, taken);
    long now = taken + 75 * SECOND;

    window.settle(-900, taken, now);
    assertThat(window.sum(now)).isZero();
    window.settle(400, taken, now);

    assertThat(window.sum(now)).isEqualTo(400);
    assertThat(window.sum(now + 60 * SECOND)).isEqualTo(400);
    assertThat(window.sum(now + 61 * SECOND)).isZero();
  }

  @Test
  void aClockThatGoesBackTakesNothingOut() {
    UsageWindow window = new UsageWindow(0);
    window.take(10, 30 * SECOND);
    window.take(5, 29 * SECOND);

    assertThat(window.sum(28 * SECOND)).isEqualTo(15);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 100_000_000_000L})
  void itSaysWhenSoMuchHasLeft(long start) {
    for (long wanted : new long[] {1, 100, 101, 250, 300}) {
      UsageWindow window = new UsageWindow(start);
      window.take(100, start + SECOND / 2);
      window.take(150, start + 20 * SECOND);
      window.take(50, start + 39 * SECOND);
      long now = start + 40 * SECOND + 7;

      long wait = window.nanosUntilLeft(wanted, now);

      assertThat(window.sum(now + wait - 1)).as("just before").isGreaterThan(300 - wanted);
      assertThat(window.sum(now + wait)).isLessThanOrEqualTo(300 - wanted);
    }
  }

  @Test
  void whatNeverWasInItTakesAMinute() {
    UsageWindow window = new UsageWindow(0);
    window.take(100, 0);

    assertThat(window.nanosUntilLeft(101, SECOND)).isEqualTo(60 * SECOND);
  }
}
