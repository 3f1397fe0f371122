package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that come one by one while a target throttles. */
class LightTrafficTest {
  private final AtomicReference<ScriptedReply> state =
      new AtomicReference<>(ScriptedReply.throttled());
  private final ScriptedTarget first = new ScriptedTarget(state::get);
  private final ScriptedTarget second = new ScriptedTarget(ScriptedReply.answer(Duration.ZERO));
  private final World world = new World().tier(first).tier(second);

  /** How often each of nine calls asks: twice where the first throttle may be chance. */
  @ParameterizedTest
  @CsvSource({
    "5, 2 1 1 1 0 1 2 0 1",
    "10, 2 1 1 2 1 1 2 1 1",
    "60, 2 2 2 2 2 2 2 2 2",
    "300, 2 2 2 2 2 2 2 2 2"
  })
  void eachIsAnsweredByTheFallbackAtOnce(int secondsBetween, String attempts) {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      world.time.advance(Duration.ofSeconds(secondsBetween));
      int before = first.attempts();
      long began = world.time.nanos();
      JourneyRun run = world.call();

      assertThat(source(run)).isEqualTo(Source.FALLBACK);
      assertThat(world.time.nanos()).as("no wait").isEqualTo(began);
      made.add(String.valueOf(first.attempts() - before));
    }
    assertThat(made).containsExactly(attempts.split(" "));
  }

  @Test
  void theFirstCallWithCapacityFindsTheWayBackAndAfterTheNextThrottleTheFallbackAnswers() {
    world.call();
    state.set(ScriptedReply.answer(Duration.ZERO));
    world.time.advance(Duration.ofSeconds(10));
    assertThat(source(world.call())).isEqualTo(Source.PRIMARY);

    state.set(ScriptedReply.throttled());
    int before = first.attempts();
    assertThat(source(world.call())).isEqualTo(Source.FALLBACK);

    assertThat(first.attempts() - before).isEqualTo(1);
  }

  @Test
  void afterAnHourAThrottleMayBeChanceAgain() {
    world.call();
    world.time.advance(Duration.ofHours(1));
    int before = first.attempts();

    world.call();

    assertThat(first.attempts() - before).isEqualTo(2);
  }

  @Test
  void whereNoFallbackHasCapacityEachCallWaitsItsThrottlesOut() {
    ScriptedTarget only = new ScriptedTarget(ScriptedReply.throttled());
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
