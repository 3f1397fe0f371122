package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.journey.DegradedSource;
import dev.forebay.core.journey.Journey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What callers get in place of an error, and when they get the error all the same. */
class DegradedAnswerTest {
  private static final Call CALL = new Call(false, 100, 500, Call.ROUTE_DEADLINE);
  private static final DegradedSource STALE = () -> Source.STALE;

  @Test
  void whenEveryTargetHasFailedTheDegradedAnswerTakesTheErrorsPlace() {
    World world = new World().tier(new ScriptedTarget(ScriptedReply.failed(Fault.SERVICE)));

    JourneyRun run = world.run(CALL, STALE);

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Degrade.class,
            degraded -> {
              assertThat(degraded.source()).isEqualTo(Source.STALE);
              assertThat(degraded.instead().error().status()).isEqualTo(500);
            });
    assertThat(world.events.getLast()).isInstanceOf(JourneyEvent.Served.class);
    assertThat(world.events).noneMatch(JourneyEvent.Refused.class::isInstance);
  }

  @Test
  void whileTheCircuitIsOpenNothingIsSent() {
    ScriptedTarget broken = new ScriptedTarget(ScriptedReply.failed(Fault.SERVICE));
    World world = new World().tier(broken);
    world.call();
    world.call();
    world.run(CALL, STALE); // sends the probe that may be due
    int spent = broken.attempts();

    JourneyRun run = world.run(CALL, STALE);

    assertThat(run.end()).isInstanceOf(Step.Degrade.class);
    assertThat(broken.attempts()).isEqualTo(spent);
  }

  @Test
  void withoutADegradedAnswerTheErrorStays() {
    World world = new World().tier(new ScriptedTarget(ScriptedReply.failed(Fault.SERVICE)));

    assertThat(world.run(CALL, () -> null).end()).isInstanceOf(Step.Refuse.class);
  }

  @Test
  void aRejectedCallIsRefused() {
    World world = new World().tier(new ScriptedTarget(ScriptedReply.rejected(About.CALL)));

    assertThat(world.run(CALL, STALE).end()).isInstanceOf(Step.Refuse.class);
  }

  @Test
  void aCallThatRepeatsOneThatFailedIsChargedAsARetry() {
    World world = new World().tier(new ScriptedTarget(ScriptedReply.answer(Duration.ZERO)));
    Journey journey = world.journey(CALL);
    double before = tokens(world);

    Step first = journey.startAgain(world.time.nanos(), () -> {}, DegradedSource.NONE);

    assertThat(first).isInstanceOf(Step.Attempt.class);
    assertThat(tokens(world)).isLessThan(before);
  }

  private static double tokens(World world) {
    Target only = world.route().tiers().getFirst().targets().getFirst();
    return world
        .journeys
        .targets()
        .state(only, world.time.nanos())
        .retryBudget()
        .tokens(world.time.nanos());
  }

  @Test
  void aCallThatGotAnotherCallsAnswerIsOver() {
    World world = new World().tier(new ScriptedTarget(ScriptedReply.answer(Duration.ZERO)));
    Journey journey = world.journey(CALL);

    journey.served(Source.CACHED, world.time.nanos());

    assertThat(journey.ended()).isTrue();
    assertThat(world.events).singleElement().isInstanceOf(JourneyEvent.Served.class);
    assertThatThrownBy(() -> journey.start(world.time.nanos(), () -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}
