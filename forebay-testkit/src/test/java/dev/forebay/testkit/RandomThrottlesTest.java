package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
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
 * A single target without a limit that throttles at random answers as many calls as independent
 * attempts would, less two points, at any rate of calls.
 */
class RandomThrottlesTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration SPAN = Duration.ofMinutes(2);
  private static final ScriptedReply THROTTLE =
      ScriptedReply.throttled().after(Duration.ofMillis(3));
  private static final int SEEDS = 4;

  static Stream<Arguments> cases() {
    return IntStream.of(1, 5, 10, 25)
        .boxed()
        .flatMap(
            percent ->
                Stream.of(1.0, 5.0, 40.0, 200.0)
                    .flatMap(
                        perSecond ->
                            Stream.of(220, 4_000)
                                .map(millis -> Arguments.of(percent, perSecond, millis))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsManyCallsAsIndependentAttempts(int percent, double perSecond, int answerMillis) {
    int calls = (int) (perSecond * SPAN.toSeconds());
    int answered = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      answered += answered(percent, perSecond, Duration.ofMillis(answerMillis), calls, seed);
    }

    // Backoff of at most 2, 3, 5 and 9 s leaves time for five attempts.
    double independent = 1 - Math.pow(percent / 100.0, 5);
    assertThat((double) answered / (SEEDS * calls)).isGreaterThan(independent - 0.02);
  }

  private static int answered(int percent, double perSecond, Duration answer, int calls, int seed) {
    SplittableRandom dice = new SplittableRandom(seed * 100L + percent);
    ScriptedReply answered = ScriptedReply.answer(answer);
    World world =
        new World()
            .deadline(DEADLINE)
            .tier(new ScriptedTarget(() -> dice.nextInt(100) < percent ? THROTTLE : answered));
    List<JourneyRun> runs = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      runs.add(world.driver().drive(world.journey(new Call(false, 40, 100, Call.ROUTE_DEADLINE))));
      world.time.advance(Duration.ofNanos((long) (1e9 / perSecond)));
    }
    world.time.runUntilIdle();
    return (int) runs.stream().filter(run -> run.end() instanceof Step.Answer).count();
  }
}
