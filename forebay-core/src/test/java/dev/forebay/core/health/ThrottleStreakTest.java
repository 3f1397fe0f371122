package dev.forebay.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleStreakTest {
  private final ThrottleStreak streak = new ThrottleStreak();
  private final long start = Long.MAX_VALUE - 5; // sums overflow

  @Test
  void fiveThrottlesInASecondOrMoreAreLong() {
    for (int i = 0; i < 4; i++) {
      throttledAt(Duration.ofMillis(250L * i));
      assertThat(isLongAt(Duration.ofMillis(250L * i))).isFalse();
    }
    throttledAt(Duration.ofSeconds(1));

    assertThat(isLongAt(Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void aBurstOfThrottlesIsNotLong() {
    for (int i = 0; i < 100; i++) {
      throttledAt(Duration.ofMillis(9L * i));
    }

    assertThat(isLongAt(Duration.ofSeconds(1))).isFalse();
  }

  @Test
  void anAnswerEndsIt() {
    beLong();
    streak.answered();

    assertThat(isLongAt(Duration.ofSeconds(2))).isFalse();
    throttledAt(Duration.ofSeconds(3));
    assertThat(isLongAt(Duration.ofSeconds(3))).isFalse();
  }

  @Test
  void tenMinutesAfterItsLastThrottleItIsForgotten() {
    beLong();

    assertThat(isLongAt(Duration.ofMinutes(10))).isTrue();
    assertThat(isLongAt(Duration.ofMinutes(10).plusSeconds(2))).isFalse();
    throttledAt(Duration.ofMinutes(11));
    assertThat(isLongAt(Duration.ofMinutes(11))).isFalse();
  }

  @Test
  void anotherProcessGoesOnWithIt() {
    beLong();
    ThrottleStreak next = new ThrottleStreak();
    next.recall(streak.ageNanos(start + Duration.ofSeconds(4).toNanos()), 0);

    assertThat(next.isLong(0)).isTrue();
    assertThat(next.isLong(Duration.ofSeconds(598).toNanos())).isFalse();
    assertThat(new ThrottleStreak().ageNanos(start)).isEqualTo(-1);
  }

  private void beLong() {
    for (int i = 0; i < 5; i++) {
      throttledAt(Duration.ofMillis(250L * i));
    }
  }

  private void throttledAt(Duration after) {
    streak.throttled(start + after.toNanos());
  }

  private boolean isLongAt(Duration after) {
    return streak.isLong(start + after.toNanos());
  }
}
