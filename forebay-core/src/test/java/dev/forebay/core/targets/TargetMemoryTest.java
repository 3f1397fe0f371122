package dev.forebay.core.targets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Timeouts;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.journey.Journeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What one process has learned, another goes on from. */
class TargetMemoryTest {
  private static final long LEASE = Duration.ofSeconds(20).toNanos();
  private static final Target TARGET = new Target("one", Timeouts.DEFAULTS);

  private final SplittableRandom random = new SplittableRandom(1);
  private final long now = Long.MAX_VALUE - 5; // sums overflow
  private final Journeys first = new Journeys();
  private final TargetState state = first.targets().state(TARGET, now);

  @Test
  void nothingLearnedIsNotKept() {
    assertThat(first.targets().memories(now)).isEmpty();
  }

  @Test
  void anOpenCircuitStaysOpenForWhatIsLeftOfItsPause() {
    open();
    long left = state.breaker().nextProbeNanos(now) - now;
    TargetState next = afterRestart(Duration.ofSeconds(1));

    assertThat(next.breaker().tryAcquire(LEASE, 0)).isEqualTo(Breaker.REFUSED);
    assertThat(next.breaker().nextProbeNanos(0)).isEqualTo(left - seconds(1));
    assertThat(next.breaker().tryAcquire(LEASE, left)).isNotEqualTo(Breaker.REFUSED);
  }

  @Test
  void failedProbesCountOn() {
    open();
    for (int i = 0; i < 5; i++) {
      long later = now + seconds(60 * (i + 1));
      state
          .breaker()
          .failed(state.breaker().tryAcquire(LEASE, later), 0, -1, policy(), random, later);
    }
    TargetState next = afterRestart(Duration.ZERO);

    assertThat(next.breaker().failedProbes()).isEqualTo(5);
  }

  @Test
  void aGateStaysShutForWhatIsLeft() {
    state.cooldown().closeUntil(now + seconds(30));

    assertThat(afterRestart(Duration.ofSeconds(10)).cooldownNanos(0)).isEqualTo(seconds(20));
    assertThat(afterRestart(Duration.ofSeconds(31)).cooldownNanos(0)).isZero();
  }

  @Test
  void whatWasLearnedOfAnotherQuotaIsForgotten() {
    open();
    TargetMemory memory = first.targets().memories(now).getFirst();
    Target other = new Target("one", Timeouts.DEFAULTS, new TargetQuota.Joint(0, 60_000, 1.0));
    Journeys second = new Journeys();
    second
        .targets()
        .recall(
            List.of(
                new TargetMemory(
                    "one",
                    0,
                    memory.circuitOpen(),
                    memory.failedProbes(),
                    false,
                    memory.probeInNanos(),
                    memory.quotaKey(),
                    Map.of("sliding.limit", 1.0, "sliding.weight", 1.0))),
            Duration.ZERO,
            0);

    assertThat(second.targets().state(other, 0).admission().learned(0)).isEmpty();
    assertThat(second.targets().state(other, 0).breaker().position(0))
        .isEqualTo(Breaker.Position.OPEN);
  }

  private void open() {
    for (int i = 0; i < 5; i++) {
      state.breaker().failed(state.breaker().tryAcquire(LEASE, now), 0, -1, policy(), random, now);
    }
  }

  private TargetState afterRestart(Duration age) {
    Journeys second = new Journeys();
    second.targets().recall(first.targets().memories(now), age, 0);
    return second.targets().state(TARGET, 0);
  }

  private static BreakerPolicy policy() {
    return BreakerPolicy.DEFAULTS;
  }

  private static long seconds(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
