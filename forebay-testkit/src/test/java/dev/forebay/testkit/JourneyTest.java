package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Jitter;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JourneyTest {
  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  static final ScriptedReply OK = ScriptedReply.answer(Duration.ofMillis(200));

  @Test
  void aHealthyTargetAnswersInOneAttempt() {
    JourneyRun run = new World().tier(new ScriptedTarget(OK)).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isPrimary);
    assertThat(run.attempts()).hasSize(1);
    assertThat(run.waitsNanos()).isEmpty();
  }

  @Test
  void oneUnavailableIsRetriedAtOnce() {
    JourneyRun run = new World().tier(new ScriptedTarget(ScriptedReply.unavailable(), OK)).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isPrimary);
    assertThat(run.attempts()).hasSize(2);
    assertThat(run.waitsNanos()).isEmpty();
    assertThat(run.endedAtNanos()).isEqualTo(Duration.ofMillis(200).toNanos());
  }

  @Test
  void theSecondUnavailableBacksOff() {
    JourneyRun run =
        new World()
            .tier(new ScriptedTarget(ScriptedReply.unavailable(), ScriptedReply.unavailable(), OK))
            .jitter(Jitter.NONE)
            .call();

    assertThat(run.waitsNanos()).containsExactly(SECOND.toNanos());
  }

  @Test
  void throttlingBacksOffWithGrowingDelays() {
    JourneyRun run =
        new World()
            .tier(new ScriptedTarget(ScriptedReply.throttled(), ScriptedReply.throttled(), OK))
            .jitter(Jitter.NONE)
            .call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isPrimary);
    assertThat(run.waitsNanos()).containsExactly(SECOND.toNanos(), Duration.ofSeconds(2).toNanos());
  }

  @Test
  void aFreeFallbackAnswersAtOnceWhenASecondThrottleShowsThatTheFirstWasNoChance() {
    ScriptedTarget primary = new ScriptedTarget(ScriptedReply.throttled());
    ScriptedTarget fallback = new ScriptedTarget(OK);
    JourneyRun run = new World().tier(primary).tier(fallback).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(primary.attempts()).isEqualTo(2);
    assertThat(fallback.attempts()).isEqualTo(1);
    assertThat(run.waitsNanos()).isEmpty();
  }

  @Test
  void aFallbackRetriesTooButNotBeyondTheCallsAttempts() {
    ScriptedTarget primary = new ScriptedTarget(ScriptedReply.throttled());
    ScriptedTarget fallback = new ScriptedTarget(ScriptedReply.throttled());
    JourneyRun run = new World().tier(primary).tier(fallback).call();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().type()).isEqualTo("ThrottlingException");
              assertThat(refusal.retryAfter()).isGreaterThanOrEqualTo(SECOND);
            });
    assertThat(run.attempts())
        .extracting(attempt -> attempt.target().name())
        .as("each once more at once, then after a pause whichever lets one in first")
        .containsExactly("t0a", "t0a", "t1a", "t1a", "t0a", "t0a", "t1a", "t1a");
  }

  @Test
  void anAttemptIsKeptForEachTierToCome() {
    ScriptedTarget first = new ScriptedTarget(ScriptedReply.unavailable());
    ScriptedTarget second = new ScriptedTarget(ScriptedReply.unavailable());
    ScriptedTarget third = new ScriptedTarget(OK);
    JourneyRun run = new World().tier(first).tier(second).tier(third).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(first.attempts()).isEqualTo(5);
    assertThat(second.attempts()).isEqualTo(2);
    assertThat(third.attempts()).isEqualTo(1);
  }

  @Test
  void aRejectedRequestIsTriedOnceAndReturnedAsItCame() {
    ScriptedTarget fallback = new ScriptedTarget(OK);
    JourneyRun run =
        new World()
            .tier(new ScriptedTarget(ScriptedReply.rejected(About.CALL)))
            .tier(fallback)
            .call();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().type()).isEqualTo("ValidationException");
              assertThat(refusal.retryAfter()).isZero();
            });
    assertThat(fallback.attempts()).isZero();
  }

  @Test
  void aTargetThatCannotServeTheCallIsLeftForTheNextTier() {
    ScriptedTarget primary = new ScriptedTarget(ScriptedReply.rejected(About.TARGET));
    JourneyRun run = new World().tier(primary).tier(new ScriptedTarget(OK)).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(primary.attempts()).isEqualTo(1);
  }

  @Test
  void aCallThatWasRepairedGoesToTheSameTargetAtOnce() {
    ScriptedTarget primary = new ScriptedTarget(ScriptedReply.rejected(About.FORM), OK);
    JourneyRun run = new World().tier(primary).tier(new ScriptedTarget(OK)).call();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Answer.class,
            answer -> {
              assertThat(answer.source()).isEqualTo(Step.Source.PRIMARY);
              assertThat(answer.attempts()).isEqualTo(2);
            });
    assertThat(primary.attempts()).isEqualTo(2);
    assertThat(run.waitsNanos()).isEmpty();
  }

  @Test
  void aQuotaUsedUpForTheDayIsNotWaitedFor() {
    ScriptedTarget primary = new ScriptedTarget(ScriptedReply.throttledForTheDay());
    JourneyRun run = new World().tier(primary).tier(new ScriptedTarget(OK)).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(primary.attempts()).isEqualTo(1);
    assertThat(run.waitsNanos()).isEmpty();
  }

  @Test
  void anotherEqualTargetIsTriedWithoutAWait() {
    ScriptedTarget a = new ScriptedTarget(ScriptedReply.throttled());
    ScriptedTarget b = new ScriptedTarget(ScriptedReply.throttled(), OK);
    World world = new World().tier(a, b).jitter(Jitter.NONE);
    JourneyRun run = world.call();

    assertThat(run.attempts()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(run.attempts().get(0).target()).isNotEqualTo(run.attempts().get(1).target());
    assertThat(run.steps().get(1)).isInstanceOf(Step.Attempt.class);
  }

  @Test
  void aTargetThatCannotServeTheCallIsNeverTriedAgain() {
    ScriptedTarget a = new ScriptedTarget(ScriptedReply.throttled(), ScriptedReply.throttled(), OK);
    ScriptedTarget b = new ScriptedTarget(ScriptedReply.rejected(About.TARGET));
    JourneyRun run = new World().tier(a, b).call();

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(b.attempts()).isLessThanOrEqualTo(1);
  }

  @Test
  void aHintIsAFloorForTheWait() {
    Duration hint = Duration.ofSeconds(8);
    JourneyRun run = new World().tier(new ScriptedTarget(ScriptedReply.throttled(hint), OK)).call();

    assertThat(run.waitsNanos())
        .singleElement()
        .satisfies(
            wait ->
                assertThat(wait)
                    .isBetween(hint.toNanos(), hint.plus(Duration.ofSeconds(2)).toNanos()));
  }

  @Test
  void eachHintCountsForItsOwnWaitOnly() {
    JourneyRun run =
        new World()
            .tier(
                new ScriptedTarget(
                    ScriptedReply.throttled(Duration.ofSeconds(10)),
                    ScriptedReply.throttled(MS),
                    OK))
            .jitter(Jitter.NONE)
            .call();

    assertThat(run.waitsNanos().get(0)).isGreaterThanOrEqualTo(Duration.ofSeconds(10).toNanos());
    assertThat(run.waitsNanos().get(1)).isEqualTo(Duration.ofSeconds(2).toNanos());
  }

  @Test
  void aHintBeyondPatienceTurnsToTheFallbackAtOnce() {
    ScriptedTarget primary = new ScriptedTarget(ScriptedReply.throttled(Duration.ofSeconds(30)));
    JourneyRun run = new World().tier(primary).tier(new ScriptedTarget(OK)).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(run.waitsNanos()).isEmpty();
  }

  @Test
  void withoutAFallbackAHintBeyondTheDeadlineIsRefusedAtOnceWithTheHint() {
    Duration hint = Duration.ofSeconds(90);
    JourneyRun run = new World().tier(new ScriptedTarget(ScriptedReply.throttled(hint))).call();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> assertThat(refusal.retryAfter()).isGreaterThanOrEqualTo(hint));
    assertThat(run.endedAtNanos()).isZero();
  }

  @Test
  void aBrokenServiceIsTriedFiveTimes() {
    ScriptedReply broken = ScriptedReply.failed(Fault.SERVICE);
    ScriptedTarget target = new ScriptedTarget(broken, broken, broken, broken, OK);
    JourneyRun run = new World().tier(target).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isPrimary);
    assertThat(run.waitsNanos()).hasSize(4);
  }

  @Test
  void aModelFaultTurnsToAnotherModelAtOnce() {
    ScriptedTarget primary = new ScriptedTarget(ScriptedReply.failed(Fault.MODEL));
    JourneyRun run = new World().tier(primary).tier(new ScriptedTarget(OK)).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(primary.attempts()).isEqualTo(1);
  }

  @Test
  void aModelFaultIsRetriedWhereThereIsNoOtherModel() {
    JourneyRun run =
        new World().tier(new ScriptedTarget(ScriptedReply.failed(Fault.MODEL), OK)).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isPrimary);
  }

  @Test
  void afterContentThereIsNoSecondAttempt() {
    ScriptedTarget fallback = new ScriptedTarget(OK);
    JourneyRun run =
        new World()
                .tier(
                    new ScriptedTarget(
                        ScriptedReply.failed(Fault.SERVICE).withContent(MS).after(SECOND)))
                .tier(fallback)
                .stream();

    assertThat(run.end()).isInstanceOf(Step.Interrupt.class);
    assertThat(run.attempts()).hasSize(1);
    assertThat(fallback.attempts()).isZero();
  }

  @Test
  void aStreamThatStallsAfterContentIsInterruptedAfterTheIdleLimit() {
    JourneyRun run =
        new World().tier(new ScriptedTarget(ScriptedReply.hang().withContent(SECOND))).stream();

    assertThat(run.end()).isInstanceOf(Step.Interrupt.class);
    assertThat(run.endedAtNanos()).isEqualTo(Duration.ofSeconds(121).toNanos());
  }

  @Test
  void theCallersLeavingEndsTheJourneyAndTheAttempt() {
    ScriptedTarget target = new ScriptedTarget(ScriptedReply.hang());
    World world = new World().tier(target);
    JourneyRun run =
        world
            .driver()
            .driveUntilCallerLeaves(
                world.journey(new Call(false, 1, 1, Call.ROUTE_DEADLINE)), SECOND);
    world.time.runUntilIdle();

    assertThat(run.callerLeft()).isTrue();
    assertThat(run.end()).isNull();
    assertThat(target.open()).isZero();
    assertThat(world.trail.lines()).last().asString().contains("the caller left");
  }

  @Test
  void aJourneyPrintsOneLinePerDecisionWithItsReason() {
    World world =
        new World()
            .tier(
                new ScriptedTarget(ScriptedReply.throttled(), ScriptedReply.rejected(About.TARGET)))
            .tier(new ScriptedTarget(OK))
            .jitter(Jitter.NONE);
    world.call();

    assertThat(world.trail.toString())
        .isEqualTo(
            """
            model
              +0.000 s attempt 1 on t0a (primary), first frame within 40.000 s
              +0.000 s attempt 1 throttled (429 ThrottlingException) after 0.000 s
              +0.000 s attempt 2 on t0a (primary), first frame within 40.000 s
              +0.000 s attempt 2 rejected (403 AccessDeniedException) after 0.000 s
              +0.000 s fall back to tier 2: it cannot serve this call, and no other target of the tier may be asked
              +0.000 s attempt 3 on t1a (fallback), first frame within 60.000 s
              +0.200 s attempt 3 succeeded after 0.200 s
              +0.200 s answered by t1a (fallback) in 3 attempts""");
  }

  @Test
  void eventsOutOfTurnAreRefused() {
    World world = new World().tier(new ScriptedTarget(OK));
    Journey journey =
        world.journeys.begin(
            world.route(),
            new Call(false, 1, 1, Call.ROUTE_DEADLINE),
            0,
            world.random,
            JourneyListener.NONE);

    assertThatThrownBy(() -> journey.timer(0)).isInstanceOf(IllegalStateException.class);
    Step.Attempt attempt = (Step.Attempt) journey.start(0, () -> {});
    assertThatThrownBy(() -> journey.start(0, () -> {})).isInstanceOf(IllegalStateException.class);
    journey.attemptEnded(
        attempt,
        new Outcome.Rejected(About.CALL, new ErrorInfo(400, "ValidationException", "")),
        0);
    assertThat(journey.ended()).isTrue();
    assertThatThrownBy(() -> journey.attemptEnded(attempt, new Outcome.Cancelled(), 0))
        .isInstanceOf(IllegalStateException.class);
    journey.callerLeft(0);
  }

  private static void isPrimary(Step.Answer answer) {
    assertThat(answer.source()).isEqualTo(Source.PRIMARY);
  }

  static void isFallback(Step.Answer answer) {
    assertThat(answer.source()).isEqualTo(Source.FALLBACK);
  }
}
