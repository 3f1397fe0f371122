package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A single target that fails at random, less often than its circuit bears, answers as many calls as
 * five independent attempts would, less two points: at any rate of calls, however quickly it fails
 * and however long its answers take.
 */
class FlakyTargetTest {
  /** How the target fails, and how it answers. */
  record Kind(String name, ScriptedReply failure, ScriptedReply answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "quick errors",
              ScriptedReply.failed(Fault.SERVICE).after(ms(20)),
              ScriptedReply.answer(ms(2_000))),
          new Kind(
              "unavailable",
              ScriptedReply.unavailable().after(ms(20)),
              ScriptedReply.answer(ms(2_000))),
          new Kind(
              "refused connections",
              ScriptedReply.failed(Fault.CONNECTION),
              ScriptedReply.answer(ms(20))),
          new Kind(
              "slow errors",
              ScriptedReply.failed(Fault.SERVICE).after(ms(2_000)),
              ScriptedReply.answer(ms(2_000))),
          new Kind(
              "long streams",
              ScriptedReply.unavailable().after(ms(20)),
              ScriptedReply.stream(ms(500), ms(8_000))),
          new Kind(
              "quick answers",
              ScriptedReply.unavailable().after(ms(300)),
              ScriptedReply.answer(ms(100))));

  static Stream<Arguments> cases() {
    return KINDS.stream()
        .flatMap(
            kind ->
                IntStream.of(10, 20, 30, 40, 45)
                    .boxed()
                    .flatMap(
                        percent ->
                            Stream.of(0.2, 5.0, 20.0, 100.0)
                                .map(perSecond -> Arguments.of(kind, percent, perSecond))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsManyCallsAsIndependentAttempts(Kind kind, int percent, double perSecond) {
    int calls = (int) Math.clamp(perSecond * 60, 100, 3_000);
    int runs = 4;
    int answered = 0;
    for (int seed = 0; seed < runs; seed++) {
      answered += answered(kind, percent, perSecond, calls, seed);
    }

    double independent = 1 - Math.pow(percent / 100.0, 5);
    double share = (double) answered / (runs * calls);
    double chance = 2 * Math.sqrt(independent * (1 - independent) / (runs * calls));
    assertThat(share).isGreaterThan(independent - 0.02 - chance);
  }

  private static int answered(Kind kind, int percent, double perSecond, int calls, int seed) {
    SplittableRandom dice = new SplittableRandom(seed * 100L + percent);
    World world =
        new World()
            .tier(
                new ScriptedTarget(() -> dice.nextInt(100) < percent ? kind.failure : kind.answer));
    Call call = new Call(kind.answer.content() != null, 100, 500, Call.ROUTE_DEADLINE);
    List<JourneyRun> runs = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      runs.add(world.driver().drive(world.journey(call)));
      world.time.advance(Duration.ofNanos((long) (1e9 / perSecond)));
    }
    world.time.runUntilIdle();
    return (int) runs.stream().filter(run -> run.end() instanceof Step.Answer).count();
  }

  private static Duration ms(int millis) {
    return Duration.ofMillis(millis);
  }
}
