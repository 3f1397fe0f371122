package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.health.Breaker.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What many calls together make of a target that is broken, or that asks to be left alone. */
class OutageTest {
  private static final Duration MS = Duration.ofMillis(1);
  private static final ScriptedReply OK = ScriptedReply.answer(Duration.ofMillis(200));
  private static final ScriptedReply BROKEN = ScriptedReply.failed(Fault.SERVICE);

  @Test
  void aBrokenPrimaryIsLeftAloneAndNoCallWaitsForIt() {
    ScriptedTarget primary = new ScriptedTarget(BROKEN);
    World world = new World().tier(primary).tier(new ScriptedTarget(OK));
    world.call();
    world.call();
    world.call();
    int spent = primary.attempts();
    long begun = world.time.nanos();

    JourneyRun run = world.call();

    assertThat(spent).as("two failures of each call count, the fifth opens").isEqualTo(11);
    assertThat(primary.attempts()).as("no more than that").isEqualTo(spent);
    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Answer.class,
            answer -> assertThat(answer.source()).isEqualTo(Step.Source.FALLBACK));
    assertThat(run.endedAtNanos() - begun).isEqualTo(Duration.ofMillis(200).toNanos());
  }

  @Test
  void aCallWithoutTimeForTheProbeIsRefusedAtOnceWithTheTimeUntilThen() {
    ScriptedTarget only = new ScriptedTarget(BROKEN);
    World world = new World().tier(only).deadline(Duration.ofSeconds(2));
    world.call();
    world.call();
    world.call();

    JourneyRun run = world.call();

    assertThat(run.attempts()).isEmpty();
    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().status()).isEqualTo(503);
              assertThat(refusal.retryAfter())
                  .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
            });
  }

  @Test
  void duringALongOutageThePrimarySeesProbesOnlyAndThenTakesItsTrafficBack() {
    List<ScriptedReply> script = new ArrayList<>();
    ScriptedTarget primary =
        new ScriptedTarget(
            () -> script.isEmpty() ? BROKEN : OK); // the test mends it by adding to the script
    World world = new World().tier(primary).tier(new ScriptedTarget(OK));
    Call call = new Call(false, 1, 1, Call.ROUTE_DEADLINE);
    List<JourneyRun> runs = new ArrayList<>();

    everySecond(world, call, runs, Duration.ofMinutes(10));
    assertThat(runs).allSatisfy(run -> assertThat(run.end()).isInstanceOf(Step.Answer.class));
    assertThat(primary.attempts())
        .as("of 600 calls: eleven attempts to learn, then probes, at last one in 30 s to a minute")
        .isLessThan(35);

    script.add(OK);
    runs.clear();
    everySecond(world, call, runs, Duration.ofMinutes(2));
    assertThat(runs.getLast().attempts().getFirst().target().name()).isEqualTo("t0a");
    assertThat(position(world)).isEqualTo(Position.CLOSED);
  }

  @Test
  void throttlingNeverOpensACircuit() {
    World world = new World().tier(new ScriptedTarget(ScriptedReply.throttled()));
    for (int i = 0; i < 50; i++) {
      world.call();
    }
    assertThat(position(world)).isEqualTo(Position.CLOSED);
  }

  @Test
  void aCallerInAHurryDoesNotMakeATargetLookBroken() {
    World world = new World().tier(new ScriptedTarget(ScriptedReply.answer(Duration.ofSeconds(6))));
    for (int i = 0; i < 50; i++) {
      world.run(new Call(false, 1, 1, Duration.ofMillis(2_200)));
    }
    assertThat(position(world)).isEqualTo(Position.CLOSED);
  }

  @Test
  void aTargetThatHangsLooksBroken() {
    World world =
        new World().tier(new ScriptedTarget(ScriptedReply.hang())).deadline(Duration.ofSeconds(10));
    for (int i = 0; i < 5; i++) {
      world.call();
    }
    assertThat(position(world)).isEqualTo(Position.OPEN);
  }

  @Test
  void onePoisonousRequestDoesNotOpenTheCircuitForTheOthers() {
    for (Fault fault : Fault.values()) {
      World world = new World().tier(new ScriptedTarget(ScriptedReply.failed(fault)));
      world.call();
      assertThat(position(world)).as("%s", fault).isEqualTo(Position.CLOSED);
    }
  }

  @Test
  void probesWhoseAnswersTakeLongCloseTheCircuitAllTheSame() {
    boolean[] mended = {false};
    World world =
        new World()
            .tier(
                new ScriptedTarget(
                    () -> mended[0] ? ScriptedReply.answer(Duration.ofSeconds(35)) : BROKEN));
    Call call = new Call(false, 1, 1, Call.ROUTE_DEADLINE);
    everySecond(world, call, new ArrayList<>(), Duration.ofSeconds(10));
    mended[0] = true;

    everySecond(world, call, new ArrayList<>(), Duration.ofMinutes(10));

    assertThat(position(world)).isEqualTo(Position.CLOSED);
  }

  @Test
  void callsThatWaitForAGateLookAgainBeforeTheyPass() {
    ScriptedTarget target = new ScriptedTarget(ScriptedReply.throttled(Duration.ofSeconds(3)));
    World world = new World().tier(target).deadline(Duration.ofSeconds(9));
    Call call = new Call(false, 1, 1, Call.ROUTE_DEADLINE);
    world.driver().drive(world.journey(call));
    world.time.advance(MS);
    for (int i = 0; i < 40; i++) {
      world.driver().drive(world.journey(call));
    }
    world.time.runUntilIdle();

    assertThat(target.attempts()).as("one knock per gate, not a crowd").isLessThan(8);
  }

  @Test
  void aHintToOneCallHoldsTheOthersBackToo() {
    ScriptedTarget primary =
        new ScriptedTarget(ScriptedReply.throttled(Duration.ofSeconds(30)), OK);
    ScriptedTarget fallback = new ScriptedTarget(OK);
    World world = new World().tier(primary).tier(fallback);
    world.call();
    world.call();

    assertThat(primary.attempts()).as("the second call did not knock").isEqualTo(1);
    assertThat(fallback.attempts()).isEqualTo(2);
  }

  @Test
  void withoutAFallbackACallWaitsForTheHintOfAnother() {
    ScriptedTarget only = new ScriptedTarget(ScriptedReply.throttled(Duration.ofSeconds(8)), OK);
    World world = new World().tier(only);
    Call call = new Call(false, 1, 1, Call.ROUTE_DEADLINE);
    List<JourneyRun> runs = new ArrayList<>();
    runs.add(world.driver().drive(world.journey(call)));
    world.time.advance(MS);
    runs.add(world.driver().drive(world.journey(call)));
    world.time.runUntilIdle();

    assertThat(runs).allSatisfy(run -> assertThat(run.end()).isInstanceOf(Step.Answer.class));
    assertThat(only.attempts()).as("one throttled, two answered").isEqualTo(3);
    assertThat(runs)
        .allSatisfy(
            run ->
                assertThat(run.endedAtNanos()).isGreaterThan(Duration.ofMillis(7_900).toNanos()));
  }

  @Test
  void aHintBeyondTheDeadlineRefusesALaterCallAtOnceAsThrottled() {
    World world =
        new World().tier(new ScriptedTarget(ScriptedReply.throttled(Duration.ofMinutes(3))));
    world.call();

    JourneyRun run = world.call();

    assertThat(run.attempts()).isEmpty();
    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().type()).isEqualTo("ThrottlingException");
              assertThat(refusal.retryAfter())
                  .isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3).plusSeconds(5));
            });
  }

  @Test
  void aWildHintClosesATargetForAQuarterOfAnHourAtMost() {
    ScriptedTarget target = new ScriptedTarget(ScriptedReply.throttled(Duration.ofDays(1)), OK);
    World world = new World().tier(target);
    world.call();
    world.time.advance(Duration.ofMinutes(16));

    assertThat(world.call().end()).isInstanceOf(Step.Answer.class);
  }

  @Test
  void aQuotaUsedUpForTheDayIsProbedWithinAQuarterOfAnHourAndNotBeforeFiveMinutes() {
    ScriptedTarget target = new ScriptedTarget(ScriptedReply.throttledForTheDay(), OK);
    World world = new World().tier(target);
    world.call();
    world.time.advance(Duration.ofMinutes(3));
    assertThat(world.call().attempts()).isEmpty();
    world.time.advance(Duration.ofMinutes(13));

    assertThat(world.call().end()).isInstanceOf(Step.Answer.class);
  }

  @Test
  void aCrowdThatWasThrottledTogetherIsAnsweredInTurn() {
    VirtualClockedTarget crowded = new VirtualClockedTarget();
    World world = new World().tier(crowded.target);
    crowded.time = world.time;
    Call call = new Call(false, 1, 1, Call.ROUTE_DEADLINE);
    List<JourneyRun> runs = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      runs.add(world.driver().drive(world.journey(call)));
    }
    world.time.runUntilIdle();

    assertThat(runs).allSatisfy(run -> assertThat(run.end()).isInstanceOf(Step.Answer.class));
    assertThat(crowded.target.attempts()).as("one refusal each, or little more").isLessThan(180);
  }

  /** Refuses all that comes in its first tenth of a second, then answers in two seconds. */
  private static final class VirtualClockedTarget {
    private VirtualTime time = new VirtualTime();
    private final ScriptedTarget target =
        new ScriptedTarget(
            () ->
                time.nanos() < Duration.ofMillis(100).toNanos()
                    ? ScriptedReply.throttled()
                    : ScriptedReply.answer(Duration.ofSeconds(2)));
  }

  private static void everySecond(World world, Call call, List<JourneyRun> runs, Duration howLong) {
    for (int second = 0; second < howLong.toSeconds(); second++) {
      runs.add(world.driver().drive(world.journey(call)));
      world.time.advance(Duration.ofSeconds(1));
    }
  }

  private static Position position(World world) {
    Target primary = world.route().tiers().getFirst().targets().getFirst();
    return world
        .journeys
        .targets()
        .state(primary, world.time.nanos())
        .breaker()
        .position(world.time.nanos());
  }
}
