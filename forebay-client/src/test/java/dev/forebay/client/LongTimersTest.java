package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alarms on a clock that the test drives. */
class LongTimersTest {
  private final ManualTimers clock = new ManualTimers();
  private final LongTimers alarms = new LongTimers(clock);
  private final List<Duration> rang = new ArrayList<>();

  private CallTimers.Scheduled alarm(Duration delay) {
    return alarms.alarm(delay.toNanos(), () -> rang.add(Duration.ofNanos(clock.nanos())));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 99, 100, 199, 200, 299, 300, 301, 350, 999, 1_000, 60_000})
  void anAlarmRingsAtItsTime(long millis) {
    alarm(Duration.ofMillis(millis));
    clock.advance(Duration.ofMinutes(2));
    assertThat(rang).containsExactly(Duration.ofMillis(millis));
    assertThat(clock.set()).as("timers that are left").isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50, 350, 850, 999})
  void oneThatIsTakenBackDoesNotRing(long takenBackAfter) {
    CallTimers.Scheduled alarm = alarm(Duration.ofSeconds(1));
    clock.advance(Duration.ofMillis(takenBackAfter));
    alarm.cancel();
    clock.advance(Duration.ofSeconds(2));
    assertThat(rang).isEmpty();
    assertThat(clock.set()).as("timers that are left").isZero();
  }

  @Test
  void oneTimerLooksAtAllThatAreFar() {
    List<CallTimers.Scheduled> set = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      set.add(alarm(Duration.ofSeconds(10).plusMillis(i)));
    }
    assertThat(clock.set()).isEqualTo(1);
    set.subList(1, set.size()).forEach(CallTimers.Scheduled::cancel);
    clock.advance(Duration.ofSeconds(20));
    assertThat(rang).containsExactly(Duration.ofSeconds(10));
    assertThat(clock.set()).isZero();
  }
}
