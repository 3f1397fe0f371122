package dev.forebay.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.health.Breaker.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Random sequences of events, against {@link NaiveBreaker}. */
class BreakerPropertiesTest {
  private static final BreakerPolicy POLICY = BreakerPolicy.DEFAULTS;
  private static final RandomGenerator SHORTEST = () -> 0L;

  private record Admitted(long id, long stamp) {}

  private int slowOpenings;
  private int closings;
  private int lastResorts;
  private int skipped;

  @Test
  void behavesAsTheNaiveModel() {
    for (int seed = 0; seed < 3_000; seed++) {
      run(seed);
    }
    assertThat(slowOpenings).isGreaterThan(500);
    assertThat(closings).isGreaterThan(500);
    assertThat(lastResorts).isGreaterThan(1_000);
    assertThat(skipped).isLessThan(300);
  }

  private void run(int seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    long now = Long.MAX_VALUE - dice.nextInt(1_000_000_000);
    Breaker breaker = new Breaker(now);
    NaiveBreaker model = new NaiveBreaker(POLICY, now);
    List<Admitted> underWay = new ArrayList<>();
    int failing = dice.nextInt(2) * dice.nextInt(100);
    int slowing = 60 + dice.nextInt(41);
    for (int step = 0; step < 400; step++) {
      now += Duration.ofMillis(dice.nextInt(dice.nextInt(10) == 0 ? 8_000 : 300)).toNanos();
      if (dice.nextInt(20) == 0) {
        failing = dice.nextInt(2) * dice.nextInt(100);
        slowing = dice.nextInt(2) * 100;
      }
      boolean wasClosed = model.closed;
      if (dice.nextInt(2) == 0 || underWay.isEmpty()) {
        long lease = Duration.ofSeconds(dice.nextInt(1, 10)).toNanos();
        boolean passes = model.passes(now);
        boolean last = dice.nextInt(4) == 0;
        long stamp =
            last ? breaker.tryAcquireLastResort(lease, now) : breaker.tryAcquire(lease, now);
        assertThat(stamp >= 0).as("seed %d, step %d", seed, step).isEqualTo(passes);
        if (passes) {
          model.pass(step, lease, now);
          underWay.add(new Admitted(step, stamp));
        } else {
          boolean resort = last && model.slow;
          assertThat(stamp).isEqualTo(resort ? Breaker.LAST_RESORT : Breaker.REFUSED);
          lastResorts += resort ? 1 : 0;
        }
      } else {
        Admitted admitted = underWay.remove(dice.nextInt(underWay.size()));
        boolean slow = dice.nextInt(100) < slowing;
        switch (dice.nextInt(10)) {
          case 0 -> {
            breaker.release(admitted.stamp);
            model.released(admitted.id);
          }
          case 1 -> {
            breaker.responded(admitted.stamp, now);
            model.responded(admitted.id, now);
          }
          default -> {
            if (dice.nextInt(100) < failing) {
              breaker.failed(admitted.stamp, POLICY, SHORTEST, now);
              model.failed(admitted.id, now);
            } else {
              breaker.succeeded(admitted.stamp, slow, POLICY, SHORTEST, now);
              model.succeeded(admitted.id, slow, now);
            }
          }
        }
      }
      if (model.uncertain) {
        skipped++;
        return;
      }
      Position position = breaker.position(now);
      assertThat(position == Position.CLOSED)
          .as("seed %d, step %d: %s", seed, step, position)
          .isEqualTo(model.closed);
      assertThat(breaker.openedForSlowness(now)).isEqualTo(model.slow);
      assertThat(breaker.availableAtNanos(now) - now <= 0).isEqualTo(model.passes(now));
      slowOpenings += wasClosed && model.slow ? 1 : 0;
      closings += !wasClosed && model.closed ? 1 : 0;
    }
  }
}
