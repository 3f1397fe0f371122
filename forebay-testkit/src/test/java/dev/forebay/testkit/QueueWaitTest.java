package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call that waits for the capacity of two tiers at once. */
class QueueWaitTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final ScriptedReply OK = ScriptedReply.answer(Duration.ofSeconds(1));

  private final VirtualTime time = new VirtualTime();
  private final Journeys journeys = new Journeys();
  private final Target first = new Target("first", Timeouts.DEFAULTS);
  private final Target second = new Target("second", Timeouts.DEFAULTS);
  private final ScriptedTarget firstService = new ScriptedTarget(OK);
  private final ScriptedTarget secondService = new ScriptedTarget(OK);
  private final VirtualDriver driver =
      new VirtualDriver(time, Map.of("first", firstService, "second", secondService));

  /** Each tier is shut for so many seconds. */
  @ParameterizedTest
  @CsvSource({"5, 9, first, PRIMARY", "9, 5, second, FALLBACK", "9, 90, first, PRIMARY"})
  void theFirstTierWithCapacityAnswers(
      int firstSeconds, int secondSeconds, String target, Step.Source source) {
    shut(first, firstSeconds);
    shut(second, secondSeconds);
    JourneyRun run = driver.drive(journey(DEADLINE));
    assertThat(waiting(first)).isEqualTo(1);

    time.runUntilIdle();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Answer.class, answer -> assertThat(answer.source()).isEqualTo(source));
    assertThat(run.attempts()).singleElement().extracting(a -> a.target().name()).isEqualTo(target);
    assertThat(run.endedAtNanos())
        .isEqualTo(Duration.ofSeconds(1 + Math.min(firstSeconds, secondSeconds)).toNanos());
    assertNothingIsLeft();
  }

  @Test
  void theTicketsOfOthersAreWithdrawnWhenOneIsGranted() {
    shut(first, 9);
    shut(second, 5);
    JourneyRun run = driver.drive(journey(DEADLINE));
    assertThat(waiting(first)).isEqualTo(1);
    assertThat(waiting(second)).isEqualTo(1);

    time.advance(Duration.ofMillis(5_500));

    assertThat(run.attempts()).hasSize(1);
    assertThat(waiting(first)).isZero();
    assertThat(waiting(second)).isZero();
    assertThat(load(second).underWay()).isEqualTo(1);
    assertThat(load(first).underWay()).isZero();
    time.runUntilIdle();
    assertThat(firstService.attempts()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void whereBothAreGrantedAtOnceOneIsGivenBack() {
    shut(first, 5);
    shut(second, 5);
    JourneyRun run = driver.drive(journey(DEADLINE));

    time.runUntilIdle();

    assertThat(run.attempts()).singleElement().extracting(a -> a.target()).isEqualTo(first);
    assertThat(secondService.attempts()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void aCallerThatLeavesWithdrawsAll() {
    shut(first, 9);
    shut(second, 9);
    JourneyRun run = driver.driveUntilCallerLeaves(journey(DEADLINE), Duration.ofSeconds(3));
    assertThat(waiting(first)).isEqualTo(1);

    time.runUntilIdle();

    assertThat(run.callerLeft()).isTrue();
    assertThat(run.attempts()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void whereNoneOpensInTimeNoCallWaits() {
    shut(first, 60);
    shut(second, 90);
    JourneyRun run = driver.drive(journey(DEADLINE));

    time.runUntilIdle();

    assertThat(run.end()).isInstanceOf(Step.Refuse.class);
    assertThat(run.endedAtNanos()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void aFreeFallbackIsNotWaitedFor() {
    shut(first, 5);
    JourneyRun run = driver.drive(journey(DEADLINE));

    time.runUntilIdle();

    assertThat(run.waitsNanos()).isEmpty();
    assertThat(run.attempts()).singleElement().extracting(a -> a.target()).isEqualTo(second);
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    for (Target target : List.of(first, second)) {
      assertThat(load(target).underWay()).isZero();
      assertThat(waiting(target)).isZero();
      assertThat(load(target).waitingTokens()).isZero();
    }
  }

  private Journey journey(Duration deadline) {
    Route route =
        new Route(
            "route",
            List.of(new Tier(List.of(first)), new Tier(List.of(second))),
            deadline,
            Route.defaultPatience(deadline),
            RetryPolicy.DEFAULTS,
            BreakerPolicy.DEFAULTS,
            HedgePolicy.OFF);
    Call call = new Call(false, 100, 500, Call.ROUTE_DEADLINE);
    return journeys.begin(route, call, time.nanos(), new SplittableRandom(1), JourneyListener.NONE);
  }

  private void shut(Target target, int seconds) {
    journeys
        .targets()
        .state(target, time.nanos())
        .coolDown(Duration.ofSeconds(seconds).toNanos(), time.nanos());
  }

  private int waiting(Target target) {
    TargetLoad load = load(target);
    return load.interactive() + load.standard() + load.batch();
  }

  private TargetLoad load(Target target) {
    return journeys.targets().state(target, time.nanos()).load(time.nanos());
  }
}
