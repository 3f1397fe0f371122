package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that come one by one learn from each other what each would take seconds to find out. */
class LightTrafficTest {
  private final AtomicReference<Reply> state = new AtomicReference<>(Reply.throttled());
  private final ScriptedTarget first = new ScriptedTarget(state::get);
  private final ScriptedTarget second = new ScriptedTarget(Reply.answer(Duration.ZERO));
  private final World world = new World().tier(first).tier(second);

  @ParameterizedTest
  @ValueSource(ints = {5, 10, 60, 300})
  void whereTheLastCallFoundNothingButThrottlesTheNextAsksOnce(int secondsBetween) {
    world.call();
    int found = first.attempts();

    for (int i = 1; i <= 5; i++) {
      world.time.advance(Duration.ofSeconds(secondsBetween));
      long began = world.time.nanos();
      JourneyRun run = world.call();

      assertThat(source(run)).isEqualTo(Source.FALLBACK);
      assertThat(first.attempts()).isEqualTo(found + i);
      assertThat(world.time.nanos() - began).isLessThan(Duration.ofMillis(100).toNanos());
    }
  }

  @Test
  void theFirstCallWithCapacityFindsTheWayBackAndTheNextThrottleIsWaitedOut() {
    world.call();
    state.set(Reply.answer(Duration.ZERO));
    world.time.advance(Duration.ofSeconds(10));
    assertThat(source(world.call())).isEqualTo(Source.PRIMARY);

    state.set(Reply.throttled());
    int before = first.attempts();
    world.call();

    assertThat(first.attempts() - before).isEqualTo(5);
  }

  @Test
  void afterAnHourTheThrottlesAreForgotten() {
    world.call();
    world.time.advance(Duration.ofHours(1));
    int before = first.attempts();

    world.call();

    assertThat(first.attempts() - before).isEqualTo(5);
  }

  @Test
  void whereNoFallbackHasCapacityEachCallWaitsItsThrottlesOut() {
    ScriptedTarget only = new ScriptedTarget(Reply.throttled());
    World lonely = new World().tier(only);
    lonely.call();
    int before = only.attempts();

    lonely.call();

    assertThat(only.attempts() - before).isEqualTo(5);
  }

  private static Source source(JourneyRun run) {
    return ((Step.Answer) Objects.requireNonNull(run.end())).source();
  }
}
