package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Eligibility;
import dev.forebay.core.Jitter;
import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A target that cannot serve a call is out of its journey from the start. */
class EligibilityTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final World world = new World();
  private final ScriptedTarget throttled = new ScriptedTarget(ScriptedReply.throttled());
  private final ScriptedTarget answers = new ScriptedTarget(ScriptedReply.answer(SECOND));

  @Test
  void aTierWithoutAnEligibleTargetIsPassedOver() {
    ScriptedTarget textOnly = new ScriptedTarget(ScriptedReply.answer(SECOND));
    world.jitter(Jitter.NONE).tier(throttled).tier(textOnly).tier(answers);

    JourneyRun run = world.run(call(Map.of("t1a", "takes no images")));

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(run.attempts().getLast().target().name()).isEqualTo("t2a");
    assertThat(textOnly.attempts()).isZero();
    assertThat(world.trail.lines())
        .anyMatch(line -> line.contains("fall back to tier 3: throttled"))
        .anyMatch(line -> line.contains("t1a takes no images"));
  }

  @Test
  void theOtherTargetsOfItsTierStandIn() {
    world.tier(throttled, answers);

    JourneyRun run = world.run(call(Map.of("t0a", "takes no tools")));

    assertThat(run.end()).isInstanceOf(Step.Answer.class);
    assertThat(throttled.attempts()).isZero();
    assertThat(world.trail.lines()).anyMatch(line -> line.contains("answered by t0b (primary)"));
  }

  @Test
  void withoutTheWantedModelTheAnswerIsAFallbacks() {
    world.tier(throttled).tier(answers);

    world.run(call(Map.of("t0a", "takes no tools")));

    assertThat(world.trail.lines()).anyMatch(line -> line.contains("answered by t1a (fallback)"));
  }

  @Test
  void aCallThatNoTargetCanServeIsRefusedWithTheReasons() {
    world.tier(throttled).tier(answers);

    JourneyRun run = world.run(call(Map.of("t0a", "takes no tools", "t1a", "takes no images")));

    assertThat(run.attempts()).isEmpty();
    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().status()).isEqualTo(400);
              assertThat(refusal.error().type()).isEqualTo("ValidationException");
              assertThat(refusal.error().message())
                  .isEqualTo(
                      "No target of this route can serve the call: t0a takes no tools; t1a takes no"
                          + " images.");
              assertThat(refusal.retryAfter()).isZero();
            });
  }

  @Test
  void theLastAttemptsOwnErrorReachesTheCaller() {
    world.jitter(Jitter.NONE).tier(throttled).tier(answers);

    JourneyRun run = world.run(call(Map.of("t1a", "takes no images")));

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refusal -> {
              assertThat(refusal.error().status()).isEqualTo(429);
              assertThat(refusal.why()).endsWith("; t1a takes no images");
            });
  }

  @Test
  void noTimeIsKeptForAFallbackThatCannotServe() {
    world.deadline(Duration.ofSeconds(60)).tier(throttled).tier(answers);

    long alone = contentWithin(Map.of("t1a", "takes no images"));
    long withFallback = contentWithin(Map.of());

    assertThat(alone).isEqualTo(Duration.ofSeconds(60).toNanos());
    assertThat(withFallback).isEqualTo(Duration.ofSeconds(40).toNanos());
  }

  private long contentWithin(Map<String, String> objections) {
    Step first = world.journey(call(objections)).start(world.time.nanos(), () -> {});
    return ((Step.Attempt) first).firstFrameByNanos() - world.time.nanos();
  }

  private static Call call(Map<String, String> objections) {
    Eligibility eligibility = (Target target) -> objections.get(target.name());
    return new Call(
        false,
        100,
        500,
        Call.ROUTE_DEADLINE,
        Priority.STANDARD,
        Tenant.ANYONE,
        0,
        0,
        false,
        eligibility);
  }
}
