package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Eligibility;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Jitter;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Priority;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A refusal by a target that serves another model than the one asked for is about that target: the
 * next one gets its turn, and the call never ends with it.
 */
class ForeignRefusalTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final ScriptedReply OK = ScriptedReply.answer(SECOND);
  private static final ScriptedReply THROTTLED = ScriptedReply.throttled(Duration.ofSeconds(90));

  private final World world = new World().jitter(Jitter.NONE);

  static List<ScriptedReply> refusals() {
    return List.of(
        ScriptedReply.rejected(About.CALL),
        ScriptedReply.rejected(About.TARGET),
        ScriptedReply.failed(Fault.MODEL));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void theNextTierGetsItsTurn(ScriptedReply refusal) {
    ScriptedTarget refuses = new ScriptedTarget(refusal);
    world.tier(new ScriptedTarget(THROTTLED)).tier(refuses).tier(new ScriptedTarget(OK));

    JourneyRun run = world.run(call(others("t1a", "t2a")));

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(run.attempts()).hasSize(3);
    assertThat(run.waitsNanos()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void anotherTargetOfItsTierGetsItsTurnWhereOneAttemptIsAllowed(ScriptedReply refusal) {
    RetryPolicy defaults = RetryPolicy.DEFAULTS;
    world
        .retry(new RetryPolicy(1, 8, defaults.baseDelay(), defaults.maxDelay(), Jitter.NONE))
        .tier(new ScriptedTarget(THROTTLED))
        .tier(new ScriptedTarget(refusal), new ScriptedTarget(refusal), new ScriptedTarget(refusal))
        .tier(new ScriptedTarget(OK));

    JourneyRun run = world.run(call(others("t1a", "t1b", "t1c", "t2a")));

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(run.attempts()).hasSize(5);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void ifNoTargetAnswersTheCallEndsWithTheAskedModelsFailure(ScriptedReply refusal) {
    world.tier(new ScriptedTarget(THROTTLED)).tier(new ScriptedTarget(refusal));

    refusedWith(world.run(call(others("t1a"))), 429, "ThrottlingException", Duration.ofSeconds(90));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void alsoWhereTheAttemptsAreUsedUp(ScriptedReply refusal) {
    RetryPolicy defaults = RetryPolicy.DEFAULTS;
    world
        .retry(new RetryPolicy(1, 2, defaults.baseDelay(), defaults.maxDelay(), Jitter.NONE))
        .tier(new ScriptedTarget(THROTTLED))
        .tier(new ScriptedTarget(refusal))
        .tier(new ScriptedTarget(OK));

    refusedWith(
        world.run(call(others("t1a", "t2a"))), 429, "ThrottlingException", Duration.ofSeconds(90));
  }

  @Test
  void anotherModelsThrottleStandsBehindTheAskedModels() {
    world
        .tier(new ScriptedTarget(THROTTLED))
        .tier(new ScriptedTarget(ScriptedReply.throttled(Duration.ofSeconds(200))))
        .tier(new ScriptedTarget(ScriptedReply.failed(Fault.SERVICE)));

    refusedWith(
        world.run(call(others("t1a", "t2a"))), 429, "ThrottlingException", Duration.ofSeconds(90));
  }

  @Test
  void anAccountThatRefusesTheAskedModelLeavesTheEqualOneItsTurn() {
    world.tier(new ScriptedTarget(ScriptedReply.rejected(About.TARGET)), new ScriptedTarget(OK));

    for (int i = 0; i < 8; i++) {
      assertThat(world.run(call(others())).end()).isInstanceOf(Step.Answer.class);
    }
  }

  @Test
  void itsRefusalIsTheEndIfNothingElseIsKnown() {
    world
        .tier(new ScriptedTarget(ScriptedReply.rejected(About.TARGET)))
        .tier(new ScriptedTarget(ScriptedReply.rejected(About.CALL)));

    refusedWith(world.run(call(others("t1a"))), 403, "AccessDeniedException", Duration.ZERO);
  }

  @Test
  void aThrottleOfAnEqualTargetSaysMoreThanItsRefusal() {
    world
        .tier(
            new ScriptedTarget(ScriptedReply.rejected(About.TARGET)), new ScriptedTarget(THROTTLED))
        .tier(new ScriptedTarget(ScriptedReply.rejected(About.CALL)));

    refusedWith(world.run(call(others("t1a"))), 429, "ThrottlingException", Duration.ofSeconds(90));
  }

  @Test
  void theAskedModelsOwnRefusalOfTheRequestIsFinal() {
    ScriptedTarget fallback = new ScriptedTarget(OK);
    world.tier(new ScriptedTarget(ScriptedReply.rejected(About.CALL))).tier(fallback);

    refusedWith(world.run(call(others("t1a"))), 400, "ValidationException", Duration.ZERO);
    assertThat(fallback.attempts()).isZero();
  }

  @Test
  void amongEqualTargetsOnlyTheAskedModelsRefusalIsFinal() {
    // Which of the two is drawn first is chance: each of many calls is answered all the same.
    world.tier(new ScriptedTarget(OK), new ScriptedTarget(ScriptedReply.rejected(About.CALL)));

    for (int i = 0; i < 20; i++) {
      assertThat(world.run(call(others("t0b"))).end()).isInstanceOf(Step.Answer.class);
    }
  }

  @Test
  void anAskedModelThatWasNeverAskedIsUnavailableForAWhile() {
    world
        .tier(new ScriptedTarget(THROTTLED))
        .tier(new ScriptedTarget(ScriptedReply.rejected(About.CALL)));
    world.run(call(others("t1a")));

    JourneyRun run = world.run(call(others("t1a")));

    assertThat(run.attempts())
        .extracting(attempt -> attempt.target().name())
        .containsExactly("t1a");
    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().status()).isEqualTo(429);
              assertThat(refusal.retryAfter()).isBetween(SECOND, Duration.ofSeconds(100));
            });
  }

  @Test
  void withoutTheAskedModelTheCallIsRefusedInTheGatewaysOwnWords() {
    world.tier(new ScriptedTarget(OK)).tier(new ScriptedTarget(ScriptedReply.rejected(About.CALL)));
    Eligibility eligibility = others("t1a");

    JourneyRun run =
        world.run(
            call(
                new Eligibility() {
                  @Override
                  public @Nullable String objection(Target target) {
                    return target.name().equals("t0a") ? "takes no images" : null;
                  }

                  @Override
                  public boolean servesAnother(Target target) {
                    return eligibility.servesAnother(target);
                  }
                }));

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal ->
                assertThat(refusal.error())
                    .isEqualTo(
                        new ErrorInfo(
                            400,
                            "ValidationException",
                            "No target of this route can serve the call: t0a takes no images; t1a"
                                + " refused it (400 ValidationException).")));
  }

  @Test
  void aHedgeThatRefusesIsNotAskedAgain() {
    ScriptedTarget hedge = new ScriptedTarget(ScriptedReply.rejected(About.TARGET));
    ScriptedTarget usual = new ScriptedTarget(ScriptedReply.stream(SECOND, SECOND));
    world.hedge(new HedgePolicy(true, 0.2)).tier(usual, hedge);
    Call call = stream(others("t0b"));
    for (int i = 0; i < 60; i++) {
      world.run(call);
    }
    for (int i = 0; i < 200; i++) {
      int before = hedge.attempts();
      world.run(call);
      assertThat(hedge.attempts() - before).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void theBreakerDoesNotMindIt() {
    world
        .tier(new ScriptedTarget(THROTTLED))
        .tier(new ScriptedTarget(ScriptedReply.rejected(About.CALL)));

    for (int i = 0; i < 50; i++) {
      JourneyRun run = world.run(call(others("t1a")));
      assertThat(run.attempts().getLast().target().name()).isEqualTo("t1a");
    }
  }

  @Test
  void theJourneySaysWhyItWentOn() {
    Outcome.Rejected refused =
        new Outcome.Rejected(
            About.CALL,
            new ErrorInfo(400, "ValidationException", "a word of the request"),
            "takes no such field");
    world
        .tier(new ScriptedTarget(THROTTLED))
        .tier(new ScriptedTarget(ScriptedReply.fail(refused)))
        .tier(new ScriptedTarget(OK));

    world.run(call(others("t1a", "t2a")));

    assertThat(world.trail.toString())
        .contains("another model refuses this call (takes no such field)")
        .doesNotContain("a word of the request");
  }

  private static void refusedWith(JourneyRun run, int status, String type, Duration retryAfter) {
    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().status()).isEqualTo(status);
              assertThat(refusal.error().type()).isEqualTo(type);
              assertThat(refusal.retryAfter()).isEqualTo(retryAfter);
            });
  }

  private static Eligibility others(String... names) {
    Set<String> others = Set.of(names);
    return new Eligibility() {
      @Override
      public @Nullable String objection(Target target) {
        return null;
      }

      @Override
      public boolean servesAnother(Target target) {
        return others.contains(target.name());
      }
    };
  }

  private static Call call(Eligibility eligibility) {
    return call(false, eligibility);
  }

  private static Call stream(Eligibility eligibility) {
    return call(true, eligibility);
  }

  private static Call call(boolean streaming, Eligibility eligibility) {
    return new Call(
        streaming,
        100,
        500,
        Call.ROUTE_DEADLINE,
        Priority.STANDARD,
        Tenant.ANYONE,
        0,
        0,
        true,
        eligibility);
  }
}
