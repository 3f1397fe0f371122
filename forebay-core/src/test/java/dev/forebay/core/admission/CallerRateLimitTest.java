package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CallerRateLimitTest {
  private static final long SECOND = 1_000_000_000L;

  private long now = Long.MAX_VALUE - 30 * SECOND;

  @Test
  void aMinutesCallsMayComeAtOnceAndNoMore() {
    CallerRateLimit five = new CallerRateLimit(5, CallerRateLimit.UNLIMITED, now);
    for (int i = 0; i < 5; i++) {
      assertThat(five.take(1_000, now)).isNotNull();
    }

    assertThat(five.take(0, now)).isNull();
    assertThat(five.wait(0, now)).isEqualTo(Duration.ofSeconds(61));
  }

  @Test
  void theWaitIsJustLongEnough() {
    CallerRateLimit tokens = new CallerRateLimit(CallerRateLimit.UNLIMITED, 100, now);
    assertThat(tokens.take(60, now)).isNotNull();
    now += 20 * SECOND + 7;
    assertThat(tokens.take(40, now)).isNotNull();

    Duration wait = tokens.wait(50, now);

    assertThat(tokens.take(50, now + wait.toNanos() - 1)).isNull();
    assertThat(tokens.take(50, now + wait.toNanos())).isNotNull();
  }

  @Test
  void callsAtTheSameTimeCannotUseMoreThanThereIs() {
    CallerRateLimit hundred = new CallerRateLimit(CallerRateLimit.UNLIMITED, 100, now);

    assertThat(hundred.take(90, now)).isNotNull();
    assertThat(hundred.take(90, now)).isNull();
  }

  @Test
  void aCallThatIsLargerThanTheLimitGetsThroughAlone() {
    CallerRateLimit small = new CallerRateLimit(CallerRateLimit.UNLIMITED, 100, now);
    CallerRateLimit.Share share = Objects.requireNonNull(small.take(5_000, now));
    assertThat(small.take(1, now)).isNull();

    share.settle(30, now);

    assertThat(small.take(70, now)).isNotNull();
    assertThat(small.take(5_000, now)).isNull();
  }

  @Test
  void whatWasNotUsedIsGivenBackOnceAndWhatWasUsedBeyondIsCharged() {
    CallerRateLimit hundred = new CallerRateLimit(CallerRateLimit.UNLIMITED, 100, now);
    CallerRateLimit.Share share = Objects.requireNonNull(hundred.take(100, now));
    share.settle(10, now);
    share.settle(0, now);
    assertThat(hundred.take(91, now)).isNull();

    Objects.requireNonNull(hundred.take(20, now)).settle(90, now);

    assertThat(hundred.take(1, now)).isNull();
  }

  @Test
  void aCallThatOutlivesItsMinuteGivesNothingBackThatHasComeBackAlready() {
    CallerRateLimit hundred = new CallerRateLimit(CallerRateLimit.UNLIMITED, 100, now);
    CallerRateLimit.Share share = Objects.requireNonNull(hundred.take(80, now));
    now += 120 * SECOND;
    share.settle(0, now);
    assertThat(hundred.take(100, now)).isNotNull();

    assertThat(hundred.take(1, now)).isNull();
  }

  /** Whatever comes whenever: never more calls, nor more tokens as settled, in any 60 seconds. */
  @Test
  void noMinuteHoldsMoreThanIsAllowed() {
    record Taken(long at, long tokens) {}
    SplittableRandom random = new SplittableRandom(11);
    CallerRateLimit rateLimit = new CallerRateLimit(30, 10_000, now);
    Deque<Taken> minute = new ArrayDeque<>();
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      now += random.nextLong(3 * SECOND);
      long asked = 1 + random.nextLong(3_000);
      CallerRateLimit.Share share = rateLimit.take(asked, now);
      if (share == null) {
        refused.add(i);
        continue;
      }
      long used = random.nextLong(asked + 1);
      share.settle(used, now);
      minute.add(new Taken(now, used));
      while (now - minute.getFirst().at() > 60 * SECOND) {
        minute.removeFirst();
      }
      assertThat(minute.size()).isLessThanOrEqualTo(30);
      assertThat(minute.stream().mapToLong(Taken::tokens).sum()).isLessThanOrEqualTo(10_000);
    }
    assertThat(refused).hasSizeBetween(1_000, 19_000);
  }
}
