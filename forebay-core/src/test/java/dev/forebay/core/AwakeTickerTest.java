package dev.forebay.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwakeTickerTest {
  private final AtomicLong machine = new AtomicLong(Long.MAX_VALUE - 5); // sums overflow
  private final AwakeTicker ticker = new AwakeTicker(machine::get);
  private final long begin = ticker.nanos();

  @Test
  void goesWithTheMachineWhileItIsRead() {
    for (int i = 0; i < 1_000; i++) {
      machine.addAndGet(ms(1_000));
      assertThat(ticker.nanos() - begin).isEqualTo(ms(1_000L * (i + 1)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 10, 30, 60, 3_600})
  void standsStillWhileTheProcessDoesAndForARestAfterIt(int seconds) {
    beats(20);
    long before = ticker.nanos();
    machine.addAndGet(Duration.ofSeconds(seconds).toNanos());

    assertThat(ticker.nanos() - before).isEqualTo(ms(10));
    machine.addAndGet(ms(499));
    assertThat(ticker.nanos() - before).as("what has come is read first").isEqualTo(ms(10));
    beats(5);
    assertThat(ticker.nanos() - before).as("it goes on").isEqualTo(ms(509));
  }

  @Test
  void hoursWithoutReadersAreNoPauseWhileTheHeartBeats() {
    beats(36_000);
    assertThat(ticker.nanos() - begin).isEqualTo(Duration.ofHours(1).toNanos());
  }

  @Test
  void neverGoesBack() {
    SplittableRandom dice = new SplittableRandom(3);
    long last = ticker.nanos();
    for (int i = 0; i < 100_000; i++) {
      machine.addAndGet(dice.nextLong(dice.nextInt(50) == 0 ? ms(20_000) : ms(120)));
      long now = ticker.nanos();
      assertThat(now - last).isBetween(0L, ms(1_000));
      last = now;
    }
  }

  @Test
  void theSystemsClockBeats() {
    long before = Ticker.system().nanos();
    assertThat(Ticker.system().nanos() - before).isNotNegative();
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().equals("forebay-clock"))
        .singleElement()
        .matches(Thread::isDaemon);
  }

  private void beats(int times) {
    for (int i = 0; i < times; i++) {
      machine.addAndGet(ms(100));
      var unused = ticker.nanos();
    }
  }

  private static long ms(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
