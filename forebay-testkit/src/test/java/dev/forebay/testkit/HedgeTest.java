package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.Tenant;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A stream that is slow to begin is asked for once more, elsewhere, and never without a bound. */
class HedgeTest {
  private static final ScriptedReply QUICK =
      ScriptedReply.stream(Duration.ofMillis(200), Duration.ofMillis(400));
  private static final ScriptedReply SLOW =
      ScriptedReply.stream(Duration.ofSeconds(9), Duration.ofSeconds(10));
  private static final HedgePolicy ON = new HedgePolicy(true, 0.02);

  /** What the next attempts meet, on whichever target. */
  private final Queue<ScriptedReply> next = new ArrayDeque<>();

  private ScriptedReply usual = QUICK;
  private final ScriptedTarget left = new ScriptedTarget(this::reply);
  private final ScriptedTarget right = new ScriptedTarget(this::reply);
  private final World world = new World().tier(left, right).hedge(ON);

  @Test
  void theOtherTargetAnswersWhenOneIsSlowToBegin() {
    warmUp(200);
    next.add(SLOW);

    JourneyRun run = world.run(stream(true));

    assertThat(run.steps.stream().filter(Step.Attempt.class::isInstance)).hasSize(2);
    assertThat(run.attemptsWithContent).isEqualTo(1);
    assertThat(run.end).isInstanceOf(Step.Answer.class);
    assertThat(left.open() + right.open()).isZero();
    assertThat(inFlight()).isZero();
  }

  @Test
  void atMostTwoInAHundredAreHedged() {
    warmUp(200);
    int before = left.attempts() + right.attempts();
    usual = SLOW;
    IntStream.range(0, 20).forEach(i -> world.driver().drive(world.journey(stream(true))));
    world.time.runUntilIdle();

    // 200 calls saved up four, at most five can be saved.
    assertThat(left.attempts() + right.attempts() - before).isBetween(21, 25);
    assertThat(inFlight()).isZero();
  }

  @Test
  void aCallThatMayNotBeRepeatedIsNeverHedged() {
    warmUp(200);
    next.add(SLOW);

    JourneyRun run = world.run(stream(false));

    assertThat(run.steps.stream().filter(Step.Attempt.class::isInstance)).hasSize(1);
  }

  @Test
  void hedgingIsOffByDefault() {
    assertThat(HedgePolicy.OFF).isEqualTo(new HedgePolicy(false, 0.02));
    world.hedge(HedgePolicy.OFF);
    warmUp(200);
    next.add(SLOW);

    assertThat(world.run(stream(true)).steps.stream().filter(Step.Attempt.class::isInstance))
        .hasSize(1);
  }

  @Test
  void whenOneOfTwoFailsTheOtherGoesOn() {
    warmUp(200);
    ScriptedReply failsLate = ScriptedReply.unavailable().after(Duration.ofSeconds(3));
    next.add(failsLate);
    next.add(SLOW);

    JourneyRun run = world.run(stream(true));

    // Whichever was asked first fails while the other still works on it, and answers.
    assertThat(run.steps).anyMatch(Step.Continue.class::isInstance);
    assertThat(run.end).isInstanceOf(Step.Answer.class);
    assertThat(inFlight()).isZero();
  }

  private ScriptedReply reply() {
    ScriptedReply scripted = next.poll();
    return scripted == null ? usual : scripted;
  }

  private void warmUp(int calls) {
    IntStream.range(0, calls).forEach(i -> world.run(stream(true)));
  }

  private int inFlight() {
    return world.route().tiers().getFirst().targets().stream()
        .mapToInt(target -> world.journeys.targets().state(target, world.time.nanos()).inFlight())
        .sum();
  }

  private static Call stream(boolean repeatable) {
    return new Call(
        true, 100, 500, Call.ROUTE_DEADLINE, Priority.STANDARD, Tenant.ANYONE, 0, 0, repeatable);
  }
}
