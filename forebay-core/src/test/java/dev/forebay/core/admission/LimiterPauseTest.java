package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.TokenUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What {@code CubicRate} needs of its owner: a bucket that stands still, and word of each probe.
 */
class LimiterPauseTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow
  private final Limiter limiter = new Limiter(TargetQuota.UNKNOWN, now);

  @Test
  void aPauseEndsWithOneProbeAndNoBurst() {
    answer(60);
    now += 5 * SECOND;
    assertThat(limiter.throttled(take(), 0, now)).isTrue();
    long level = limiter.level(now);
    now += SECOND;
    assertThat(limiter.pausedUntilNanos(now) - now).isZero();
    assertThat(limiter.level(now)).as("stood still").isEqualTo(level);

    take();
    assertThat(limiter.pausedUntilNanos(now) - now).as("one probe").isEqualTo(SECOND / 2);
    now += 2 * SECOND;
    assertThat(limiter.level(now))
        .as("three of the four half seconds")
        .isEqualTo(level - 1_000 + 1_407);
  }

  @Test
  void aRefusedProbeLengthensThePauseWithoutACut() {
    answer(60);
    limiter.throttled(take(), 0, now);
    for (int pause : new int[] {2, 4, 8}) {
      now = limiter.pausedUntilNanos(now);
      Reservation probe = take();
      limiter.refused(probe, now);
      assertThat(limiter.throttled(probe, 0, now)).isFalse();
      assertThat(limiter.pausedUntilNanos(now) - now).isEqualTo(pause * SECOND);
    }
  }

  private void answer(int calls) {
    List<Reservation> held = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      held.add(take());
    }
    held.forEach(each -> limiter.answered(each, new TokenUsage(900, 100, 0, 0), now));
  }

  private Reservation take() {
    Call call =
        new Call(
            false, 900, 100, Call.ROUTE_DEADLINE, Priority.INTERACTIVE, Tenant.ANYONE, 0, 0, false);
    Reservation reservation = new Reservation(call, now + 60 * SECOND);
    limiter.price(reservation, now);
    limiter.take(reservation, now);
    return reservation;
  }
}
