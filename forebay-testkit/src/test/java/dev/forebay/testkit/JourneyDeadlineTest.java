package dev.forebay.testkit;

import static dev.forebay.testkit.JourneyTest.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Step;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a call shares its time between targets, and ends by its deadline. */
class JourneyDeadlineTest {
  @Test
  void aHungTargetLeavesTimeForTheFallback() {
    JourneyRun run =
        new World()
            .tier(new ScriptedTarget(ScriptedReply.hang()))
            .tier(new ScriptedTarget(OK))
            .call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(run.endedAtNanos()).isLessThan(Duration.ofSeconds(45).toNanos());
  }

  @Test
  void aCallerWithLittlePatienceLeavesTheFallbackHalfOfIt() {
    ScriptedTarget slow = new ScriptedTarget(ScriptedReply.hang());
    ScriptedTarget fallback = new ScriptedTarget(ScriptedReply.answer(Duration.ofMillis(2_500)));
    JourneyRun run =
        new World().tier(slow).tier(fallback).run(new Call(true, 1, 1, Duration.ofSeconds(6)));

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(run.attempts().getLast().endByNanos() - run.attempts().getLast().firstFrameByNanos())
        .isZero();
  }

  @Test
  void slowFailuresLeaveTheFallbackItsTime() {
    ScriptedTarget slow =
        new ScriptedTarget(ScriptedReply.failed(Fault.CONNECTION).after(Duration.ofSeconds(12)));
    ScriptedTarget fallback = new ScriptedTarget(ScriptedReply.answer(Duration.ofSeconds(18)));
    JourneyRun run = new World().tier(slow).tier(fallback).call();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
  }

  @Test
  void aStreamWithoutAFirstTokenTurnsToTheFallback() {
    JourneyRun run =
        new World()
                .tier(new ScriptedTarget(ScriptedReply.hang()))
                .tier(
                    new ScriptedTarget(
                        ScriptedReply.stream(Duration.ofSeconds(1), Duration.ofSeconds(1))))
                .stream();

    assertThat(run.end()).isInstanceOfSatisfying(Step.Answer.class, JourneyTest::isFallback);
    assertThat(run.endedAtNanos()).isEqualTo(Duration.ofSeconds(21).toNanos());
  }

  @Test
  void aHungTargetWithoutFallbackEndsByTheDeadline() {
    JourneyRun run = new World().tier(new ScriptedTarget(ScriptedReply.hang())).call();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class, refusal -> assertThat(refusal.error().status()).isEqualTo(408));
    assertThat(run.endedAtNanos()).isEqualTo(Duration.ofSeconds(60).toNanos());
  }

  @Test
  void aCallersShorterPatienceIsItsDeadline() {
    JourneyRun run =
        new World()
            .tier(new ScriptedTarget(ScriptedReply.hang()))
            .run(new Call(false, 1, 1, Duration.ofSeconds(3)));

    assertThat(run.endedAtNanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
  }

  @Test
  void aCallWhoseDeadlineHasPassedIsNotSent() {
    ScriptedTarget target = new ScriptedTarget(OK);
    JourneyRun run = new World().tier(target).run(new Call(false, 1, 1, Duration.ZERO));

    assertThat(run.end()).isInstanceOf(Step.Refuse.class);
    assertThat(target.attempts()).isZero();
  }

  @Test
  void aRetryThatWouldMissTheDeadlineIsNotWaitedFor() {
    World world = new World().tier(new ScriptedTarget(OK, OK, OK, ScriptedReply.throttled()));
    Call patient = new Call(false, 1, 1, Call.ROUTE_DEADLINE);
    for (int i = 0; i < 3; i++) {
      world.run(patient);
    }
    long begun = world.time.nanos();
    JourneyRun run = world.run(new Call(false, 1, 1, Duration.ofMillis(150)));

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> assertThat(refusal.why()).contains("would miss the deadline"));
    assertThat(run.endedAtNanos()).isEqualTo(begun);
  }
}
