package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.Timeouts;
import dev.forebay.core.health.Breaker.Position;
import dev.forebay.core.targets.TargetState;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A target that has begun to answer keeps its call, whatever the deadline; a hung one does not. */
class SignsOfLifeTest {
  private static final ScriptedReply OK = ScriptedReply.answer(Duration.ofSeconds(1));

  private static Duration s(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Call unary(int planned) {
    return new Call(false, 100, planned, Call.ROUTE_DEADLINE);
  }

  @Test
  void aStreamThatFlowsIsNeverCutByTheDeadline() {
    JourneyRun run =
        new World()
            .tier(new ScriptedTarget(ScriptedReply.stream(s(2), s(119)))).tier(fallback()).stream();

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(run.attempts()).hasSize(1);
    assertThat(run.endedAtNanos()).isEqualTo(s(119).toNanos());
  }

  @ParameterizedTest
  @CsvSource({"1, 28, 40", "19, 89, 170", "1, 61, 65", "0, 85, 86"})
  void aModelThatThinksIsWaitedFor(int life, int content, int end) {
    JourneyRun run =
        new World()
                .tier(
                    new ScriptedTarget(ScriptedReply.stream(s(content), s(end)).withLife(s(life))))
                .tier(fallback())
                .stream();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Answer.class, answer -> assertThat(answer.source()).isEqualTo(Source.PRIMARY));
    assertThat(run.attempts()).hasSize(1);
  }

  @Test
  void aTargetThatShowsNoLifeIsLeftAfterTheTimeToTheFirstFrame() {
    JourneyRun run =
        new World().tier(new ScriptedTarget(ScriptedReply.hang())).tier(fallback()).stream();

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(run.attempts()).hasSize(2);
    assertThat(run.attempts().getLast().begunAtNanos()).isEqualTo(s(20).toNanos());
  }

  @Test
  void aModelThatThinksForEverIsLeftAfterTheTimeToTheFirstToken() {
    World world =
        new World().tier(new ScriptedTarget(ScriptedReply.hang().withLife(s(1)))).tier(fallback());
    JourneyRun run = world.stream();

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class, refusal -> assertThat(refusal.error().status()).isEqualTo(408));
    assertThat(run.endedAtNanos()).isEqualTo(s(90).toNanos());
  }

  @Test
  void whatBreaksBeforeContentFallsBackWithinTheDeadlineAndEndsWithItsErrorAfterIt() {
    ScriptedReply broken = ScriptedReply.failed(Fault.MODEL).withLife(s(1));

    assertThat(world(broken.after(s(30))).stream().end()).isInstanceOf(Step.Answer.class);
    assertThat(world(broken.after(s(70))).stream().end())
        .isInstanceOfSatisfying(
            Step.Refuse.class, refusal -> assertThat(refusal.error().status()).isEqualTo(424));
  }

  @Test
  void aCallersOwnDeadlineBoundsTheTimeToTheFirstFrameOnly() {
    Call hurried = new Call(true, 100, 500, s(5));

    assertThat(world(ScriptedReply.stream(s(3), s(20))).run(hurried).end())
        .isInstanceOf(Step.Answer.class);
    assertThat(world(ScriptedReply.stream(s(8), s(20)).withLife(s(1))).run(hurried).attempts())
        .hasSize(1);
  }

  @Test
  void theTotalEndsEvenAStreamThatFlows() {
    assertThat(world(ScriptedReply.stream(s(1), Duration.ofMinutes(31))).stream().end())
        .isInstanceOf(Step.Interrupt.class);
  }

  @ParameterizedTest
  @CsvSource({"8192, 150", "4096, 66", "2000, 66", "1024, 50"})
  void aHealthyLongAnswerIsNotCut(int planned, int took) {
    for (World world :
        new World[] {
          new World().tier(new ScriptedTarget(ScriptedReply.answer(s(took)))),
          new World().tier(new ScriptedTarget(ScriptedReply.answer(s(took)))).tier(fallback())
        }) {
      JourneyRun run = world.run(unary(planned));

      assertThat(run.end()).isInstanceOf(Step.Answer.class);
      assertThat(run.attempts()).hasSize(1);
    }
  }

  /**
   * The deadline is a minute, of which 20 s are kept for the fallback: 40 s would be too little.
   */
  @ParameterizedTest
  @ValueSource(ints = {41, 45, 51})
  void anAnswerThatTakesLittleLongerThanUsualIsNotGivenUpForTheFallback(int took) {
    World world = usually(s(25), s(4), ScriptedReply.answer(s(took)));

    JourneyRun run = world.run(unary(500));

    assertThat(run.attempts()).hasSize(1);
    assertThat(source(run)).isEqualTo(Source.PRIMARY);
  }

  @ParameterizedTest
  @CsvSource({"14, 4, 42", "25, 4, 52", "25, 9, 42", "5, 4, 40"})
  void aHungAttemptIsGivenUpForTheFallbackAtThreeTimesTheUsualIfThatLeavesItsOwn(
      int usual, int fallback, int givenUp) {
    World world = usually(s(usual), s(fallback), ScriptedReply.hang());
    long from = world.time.nanos();

    JourneyRun run = world.run(unary(500));

    assertThat(run.attempts()).hasSize(2);
    assertThat(run.attempts().getLast().begunAtNanos() - from)
        .isCloseTo(s(givenUp).toNanos(), within(Duration.ofMillis(1).toNanos()));
    assertThat(source(run)).isEqualTo(Source.FALLBACK);
  }

  @Test
  void whereTheUsualTimeIsBeyondTheCallersOwnDeadlineTheFallbackComesInTime() {
    World world = usually(s(10), s(1), ScriptedReply.answer(s(10)));
    long from = world.time.nanos();

    JourneyRun run = world.run(new Call(false, 100, 500, s(4)));

    assertThat(source(run)).isEqualTo(Source.FALLBACK);
    assertThat(run.endedAtNanos() - from).isLessThanOrEqualTo(s(4).toNanos());
  }

  /** Both targets have been measured, and the first one's next reply is another one. */
  private static World usually(Duration primary, Duration fallback, ScriptedReply next) {
    ScriptedReply stumbles = ScriptedReply.failed(Fault.MODEL);
    ScriptedReply usual = ScriptedReply.answer(primary);
    World world =
        new World()
            .tier(new ScriptedTarget(stumbles, stumbles, usual, usual, next))
            .tier(new ScriptedTarget(ScriptedReply.answer(fallback)));
    for (int i = 0; i < 4; i++) {
      world.run(unary(500));
    }
    return world;
  }

  private static Source source(JourneyRun run) {
    return ((Step.Answer) Objects.requireNonNull(run.end())).source();
  }

  @Test
  void aCallerWithLessTimeThanTheUsualAnswerTakesGetsTheFallbacks() {
    World world = new World().tier(new ScriptedTarget(ScriptedReply.answer(s(9)))).tier(fallback());
    world.run(unary(500));
    world.run(unary(500));

    JourneyRun run = world.run(new Call(false, 100, 500, s(4)));

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Answer.class, answer -> assertThat(answer.source()).isEqualTo(Source.FALLBACK));
  }

  /** As long as nothing is learned, a sixtieth of a second for each token, and ten seconds. */
  @ParameterizedTest
  @CsvSource({"1, 40", "1000, 40", "1001, 53", "4096, 156", "8192, 293", "60000, 1800"})
  void aHungTargetLeavesTheFallbackItsTime(int planned, int seconds) {
    JourneyRun run = world(ScriptedReply.hang()).run(unary(planned));

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Answer.class, answer -> assertThat(answer.source()).isEqualTo(Source.FALLBACK));
    assertThat(Duration.ofNanos(run.attempts().getLast().begunAtNanos()).toSeconds())
        .isEqualTo(seconds);
  }

  @Test
  void theLearnedSpeedDecides() {
    World world =
        new World()
            .tier(new ScriptedTarget(ScriptedReply.stream(s(1), s(2)), ScriptedReply.hang()))
            .tier(fallback());
    world.stream();
    long from = world.time.nanos();
    JourneyRun run = world.run(unary(8_192));

    // A second to the first token and 50 tokens in another: 2 * (1 + 8192 / 50).
    assertThat(run.attempts().getLast().begunAtNanos() - from)
        .isEqualTo(2 * (s(1).toNanos() + 8_192 * s(1).toNanos() / 50));
  }

  @Test
  void eachTierOfWholeAnswersHasItsPlannedTime() {
    JourneyRun run =
        new World()
            .tier(new ScriptedTarget(ScriptedReply.hang()))
            .tier(new ScriptedTarget(ScriptedReply.hang()))
            .tier(new ScriptedTarget(ScriptedReply.answer(s(100))))
            .run(unary(4_096));

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(run.attempts()).hasSize(3);
  }

  @Test
  void aCallersOwnDeadlineBoundsAWholeAnswer() {
    JourneyRun shorter = world(ScriptedReply.hang()).run(new Call(false, 100, 8_192, s(30)));
    JourneyRun longer = world(ScriptedReply.hang()).run(new Call(false, 100, 8_192, s(100)));

    assertThat(shorter.endedAtNanos()).isLessThanOrEqualTo(s(30).toNanos());
    assertThat(shorter.end()).isInstanceOf(Step.Answer.class);
    assertThat(longer.endedAtNanos()).isLessThanOrEqualTo(s(100).toNanos());
    assertThat(longer.end()).isInstanceOf(Step.Answer.class);
  }

  @Test
  void aThrottledLongAnswerStillEndsByTheDeadline() {
    JourneyRun run =
        new World().tier(new ScriptedTarget(ScriptedReply.throttled())).run(unary(8_192));

    assertThat(run.endedAtNanos()).isLessThanOrEqualTo(s(60).toNanos());
  }

  @Test
  void modelsThatThinkDoNotOpenTheCircuitAndThoseThatNeverSpeakDo() {
    AtomicReference<ScriptedReply> reply = new AtomicReference<>(ScriptedReply.stream(s(1), s(2)));
    World world = new World().tier(new ScriptedTarget(reply::get));
    for (int i = 0; i < 20; i++) {
      world.stream();
    }
    reply.set(ScriptedReply.stream(s(60), s(61)).withLife(s(1)));
    for (int i = 0; i < 20; i++) {
      world.stream();
    }
    assertThat(state(world).breaker().position(world.time.nanos())).isEqualTo(Position.CLOSED);

    reply.set(ScriptedReply.hang().withLife(s(1)));
    for (int i = 0; i < 5; i++) {
      world.stream();
    }
    assertThat(state(world).breaker().position(world.time.nanos())).isNotEqualTo(Position.CLOSED);
  }

  private static TargetState state(World world) {
    return world.journeys.targets().state(new Target("t0a", Timeouts.DEFAULTS), world.time.nanos());
  }

  private static World world(ScriptedReply primary) {
    return new World().tier(new ScriptedTarget(primary)).tier(fallback());
  }

  private static ScriptedTarget fallback() {
    return new ScriptedTarget(OK);
  }
}
