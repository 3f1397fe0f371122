package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Eligibility;
import dev.forebay.core.Flaw;
import dev.forebay.core.Jitter;
import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import dev.forebay.core.health.Breaker;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An answer that its route does not want lets another target try, and is one if none is better. */
class UnwantedAnswerTest {
  private static final ScriptedReply OK = ScriptedReply.answer(Duration.ofSeconds(1));
  private static final ScriptedReply UNWANTED = ScriptedReply.unwanted(Flaw.REFUSAL);

  private final World world = new World().jitter(Jitter.NONE);

  @Test
  void anEqualTargetThenTheNextTierGetsItsTurnWithoutAWait() {
    ScriptedTarget answers = new ScriptedTarget(OK);
    world.tier(new ScriptedTarget(UNWANTED), new ScriptedTarget(UNWANTED)).tier(answers);

    JourneyRun run = world.run(call(Set.of("t1a"), Set.of()));

    assertThat(run.end())
        .isEqualTo(new Step.Answer(Source.FALLBACK, run.attempts().get(2).target(), 3));
    assertThat(run.waitsNanos()).isEmpty();
  }

  @Test
  void itIsTheAnswerIfNoneIsBetter() {
    world
        .tier(new ScriptedTarget(UNWANTED))
        .tier(new ScriptedTarget(UNWANTED))
        .tier(new ScriptedTarget(ScriptedReply.throttled(Duration.ofSeconds(90))));

    JourneyRun run = world.run(call(Set.of("t1a", "t2a"), Set.of()));

    assertThat(run.end())
        .isEqualTo(new Step.Answer(Source.PRIMARY, run.attempts().get(0).target(), 3));
  }

  @Test
  void anotherModelsIsNoAnswerWhileTheAskedOneMayGiveOne() {
    world
        .tier(new ScriptedTarget(ScriptedReply.throttled(Duration.ofSeconds(90))))
        .tier(new ScriptedTarget(UNWANTED));

    JourneyRun run = world.run(call(Set.of("t1a"), Set.of()));

    assertThat(run.end())
        .isInstanceOfSatisfying(
            Step.Refuse.class, refusal -> assertThat(refusal.error().status()).isEqualTo(429));
  }

  @Test
  void anotherModelsIsTheAnswerWhereTheAskedOneCannotServeTheCall() {
    world.tier(new ScriptedTarget(OK)).tier(new ScriptedTarget(UNWANTED));

    JourneyRun run = world.run(call(Set.of("t1a"), Set.of("t0a")));

    assertThat(run.end())
        .isEqualTo(new Step.Answer(Source.FALLBACK, run.attempts().get(0).target(), 1));
  }

  @Test
  void theTargetWorks() {
    world.tier(new ScriptedTarget(UNWANTED)).tier(new ScriptedTarget(OK));
    for (int i = 0; i < 50; i++) {
      world.run(call(Set.of("t1a"), Set.of()));
    }

    Target first = world.route().tiers().getFirst().targets().getFirst();
    assertThat(
            world
                .journeys
                .targets()
                .state(first, world.time.nanos())
                .breaker()
                .position(world.time.nanos()))
        .isEqualTo(Breaker.Position.CLOSED);
  }

  private static Call call(Set<String> others, Set<String> unable) {
    Eligibility eligibility =
        new Eligibility() {
          @Override
          public @Nullable String objection(Target target) {
            return unable.contains(target.name()) ? "takes no images" : null;
          }

          @Override
          public boolean servesAnother(Target target) {
            return others.contains(target.name());
          }
        };
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
