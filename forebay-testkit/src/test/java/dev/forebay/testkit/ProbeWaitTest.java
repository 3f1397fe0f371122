package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.journey.DegradedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls wait for the probe of a circuit in place of an error, and of nothing better. */
class ProbeWaitTest {
  private static final ScriptedReply OK = ScriptedReply.answer(Duration.ofMillis(200));
  private static final ScriptedReply BROKEN = ScriptedReply.failed(Fault.SERVICE);
  private static final Duration LEARNT = Duration.ofMillis(1_500);

  private boolean broken = true;
  private final ScriptedTarget only = new ScriptedTarget(() -> broken ? BROKEN : OK);
  private final ScriptedTarget slow =
      new ScriptedTarget(() -> broken ? BROKEN : ScriptedReply.answer(Duration.ofSeconds(30)));

  @Test
  void callsDuringAnOutageOfSecondsAreAnsweredAfterIt() {
    World world = opened(new World().tier(only));
    List<JourneyRun> runs = calls(world, 50, Duration.ofMillis(100));
    broken = false;
    long mended = world.time.nanos();
    world.time.runUntilIdle();

    assertThat(runs).allSatisfy(run -> assertThat(run.end()).isInstanceOf(Step.Answer.class));
    assertThat(runs)
        .allSatisfy(
            run ->
                assertThat(run.endedAtNanos() - mended)
                    .isLessThan(Duration.ofSeconds(10).toNanos()));
  }

  @Test
  void aTargetThatRecoversIsNotMetByTheWholeCrowdAtOnce() {
    World world = opened(new World().tier(only));
    List<JourneyRun> runs = calls(world, 1_000, Duration.ofMillis(1));
    broken = false;
    int most = 0;
    int ended = 0;
    while (ended < runs.size()) {
      world.time.advance(Duration.ofMillis(10));
      most = Math.max(most, only.open());
      ended = (int) runs.stream().filter(run -> run.end() != null).count();
    }

    assertThat(runs).allSatisfy(run -> assertThat(run.end()).isInstanceOf(Step.Answer.class));
    assertThat(most).as("the last quarter of a second brings half of them").isLessThan(550);
  }

  /** Each probe of a dead target is one of its five attempts. */
  @ParameterizedTest
  @ValueSource(ints = {30, 90, 150})
  void aPatientCallHasAnAttemptLeftWhenAnOutageOfMinutesEnds(int outageSeconds) {
    World world = opened(new World().deadline(Duration.ofMinutes(8)).tier(only));
    JourneyRun run =
        world.driver().drive(world.journey(new Call(false, 1, 1, Call.ROUTE_DEADLINE)));
    world.time.advance(ofSeconds(outageSeconds));
    broken = false;
    world.time.runUntilIdle();

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
  }

  /**
   * A target that works again, and whose answers take a minute, is in use long before the first.
   */
  @Test
  void whoWaitsDoesNotWaitForTheWholeAnswerOfAProbe() {
    World world = opened(new World().tier(slow));
    List<JourneyRun> runs = calls(world, 50, Duration.ofMillis(100));
    broken = false;
    world.time.advance(ofSeconds(15));

    assertThat(slow.open()).isEqualTo(50);
    world.time.runUntilIdle();
    assertThat(runs).allSatisfy(run -> assertThat(run.end()).isInstanceOf(Step.Answer.class));
  }

  @Test
  void aCallWhoseTimeEndsBeforeTheNextProbeIsRefusedAtOnce() {
    World world = opened(new World().tier(only));
    int sent = only.attempts();
    long begun = world.time.nanos();

    JourneyRun run = world.run(new Call(false, 100, 500, Duration.ofMillis(500)));

    assertThat(only.attempts()).isEqualTo(sent);
    assertThat(run.endedAtNanos()).isEqualTo(begun);
    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().status()).isEqualTo(503);
              assertThat(refusal.retryAfter()).isBetween(ofSeconds(1), ofSeconds(5));
            });
  }

  @Test
  void aFallbackIsAskedAtOnce() {
    World world = opened(new World().tier(only).tier(new ScriptedTarget(OK)));
    long begun = world.time.nanos();

    JourneyRun run = world.call();

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(run.endedAtNanos() - begun).isEqualTo(ofSeconds(1).dividedBy(5).toNanos());
  }

  @Test
  void anAnswerInPlaceOfAnErrorIsGivenAtOnce() {
    World world = opened(new World().tier(only));
    long begun = world.time.nanos();
    DegradedSource canned = () -> Step.Source.CANNED;

    JourneyRun run = world.run(new Call(false, 100, 500, Call.ROUTE_DEADLINE), canned);

    assertThat(run.end()).isInstanceOf(Step.Degrade.class);
    assertThat(run.endedAtNanos()).isEqualTo(begun);
  }

  @ParameterizedTest
  @EnumSource(Priority.class)
  void afterManyFailedProbesCallsOfEachClassStillWaitForTheNextOne(Priority priority) {
    World world = opened(new World().tier(only));
    while (only.attempts() < 30) {
      world.run(call(priority));
      world.time.advance(ofSeconds(1));
    }
    JourneyRun run = world.driver().drive(world.journey(call(priority)));
    broken = false;
    world.time.runUntilIdle();

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
  }

  @Test
  void whoeverOfManyTargetsIsProbedFirstAnswers() {
    ScriptedTarget dead = new ScriptedTarget(BROKEN);
    World world = opened(new World().tier(dead).tier(only));
    broken = false;

    JourneyRun run = world.call();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Answer.class, answer -> assertThat(answer.target().name()).isEqualTo("t1a"));
  }

  @Test
  void aTargetThatCannotServeTheCallIsNotWaitedFor() {
    ScriptedTarget refusing = new ScriptedTarget(ScriptedReply.rejected(About.TARGET));
    World world = opened(new World().tier(only).tier(refusing));
    broken = false;

    JourneyRun run = world.call();

    assertThat(refusing.attempts()).isGreaterThan(0);
    assertThat(run.attempts().stream().filter(a -> a.target().name().equals("t1a")).count())
        .isLessThanOrEqualTo(1);
    assertThat(run.end()).isInstanceOf(Step.Answer.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 3_000, 59_000})
  void whoLeavesMeanwhileLeavesNoTrace(int afterMs) {
    World world = opened(new World().tier(only));
    Call call = new Call(false, 100, 500, Call.ROUTE_DEADLINE);

    world.driver().driveUntilCallerLeaves(world.journey(call), Duration.ofMillis(afterMs));
    world.time.runUntilIdle();

    assertThat(only.open()).isZero();
    Target target = world.route().tiers().getFirst().targets().getFirst();
    assertThat(world.journeys.targets().state(target, world.time.nanos()).retryBudget().waiting())
        .isZero();
  }

  @Test
  void theWaitIsReported() {
    World world = opened(new World().tier(only));
    world.events.clear();
    broken = false;
    world.call();

    assertThat(world.events).anyMatch(JourneyEvent.Waiting.class::isInstance);
  }

  /** The queue is bounded: a call that finds it full is refused as before. */
  @Test
  void atMostTenThousandWait() {
    World world = opened(new World().tier(only));
    List<JourneyRun> runs = calls(world, 10_010, Duration.ZERO);

    assertThat(runs.stream().filter(run -> run.end() == null).count()).isEqualTo(10_000);
    assertThat(runs.stream().filter(run -> run.end() instanceof Step.Refuse).count()).isEqualTo(10);
  }

  private static List<JourneyRun> calls(World world, int count, Duration apart) {
    List<JourneyRun> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(world.driver().drive(world.journey(new Call(false, 1, 1, Call.ROUTE_DEADLINE))));
      if (!apart.isZero()) {
        world.time.advance(apart);
      }
    }
    return runs;
  }

  /** The world after calls that have opened all circuits. */
  private static World opened(World world) {
    for (int i = 0; i < 3; i++) {
      world.driver().drive(world.journey(new Call(false, 100, 500, LEARNT)));
      world.time.advance(Duration.ofMillis(300));
    }
    world.time.runUntilIdle();
    return world;
  }

  private static Call call(Priority priority) {
    return new Call(false, 1, 1, Call.ROUTE_DEADLINE, priority, Tenant.ANYONE, 0, 0, true);
  }

  private static Duration ofSeconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
