package dev.forebay.core.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Eligibility;
import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InputCorrectionTest {
  /** What inputs are really like: over the estimate, with noise of a tenth to both sides. */
  static Stream<Arguments> truths() {
    return Stream.of(
        truth("as estimated", x -> x, 300, 300),
        truth("as estimated, of all sizes", x -> x, 20, 40_000),
        truth("a ratio", x -> 1.4 * x, 100, 20_000),
        truth("less", x -> 0.3 * x, 500, 50_000),
        truth("tools", x -> x + 850, 60, 400),
        truth("tools in long conversations", x -> 0.9 * x + 500, 60, 40_000),
        truth("a PDF", x -> x + 5_000, 100, 200),
        truth("images that count little", x -> 0.1 * x, 1_600, 1_700));
  }

  private static Arguments truth(String name, DoubleUnaryOperator truth, int least, int most) {
    return Arguments.of(name, truth, least, most);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("truths")
  void twentyAnswersTeachTheSumWithinATenth(
      String name, DoubleUnaryOperator truth, int least, int most) {
    for (int seed = 0; seed < 50; seed++) {
      InputCorrection estimates = new InputCorrection();
      RandomGenerator random = new SplittableRandom(seed);
      double expected = 0;
      double actual = 0;
      for (int i = 0; i < 220; i++) {
        // Sizes are even over the orders of magnitude.
        int x = (int) (least * Math.pow((double) most / least, random.nextDouble()));
        long y = Math.round(truth.applyAsDouble(x) * random.nextDouble(0.9, 1.1));
        Call call = call(x, 7);
        if (i >= 20) {
          expected += estimates.of(call);
          actual += y;
        }
        // Calls of another kind in between teach nothing about this one.
        estimates.learn(call(x, 8), 10L * x);
        estimates.learn(call, y);
      }
      assertThat(expected / actual).as(name + " of seed " + seed).isBetween(0.9, 1.1);
    }
  }

  @Test
  void aKindThatChangesIsLearnedAnew() {
    InputCorrection estimates = new InputCorrection();
    for (int i = 0; i < 1_000; i++) {
      estimates.learn(call(200, 1), 300);
    }
    for (int i = 0; i < 100; i++) {
      estimates.learn(call(200, 1), 1_200);
    }
    assertThat(estimates.of(call(200, 1))).isBetween(1_080L, 1_200L);
  }

  @Test
  void whatIsRightStaysAsItIs() {
    InputCorrection estimates = new InputCorrection();
    RandomGenerator random = new SplittableRandom(1);
    for (int i = 0; i < 1_000; i++) {
      int x = random.nextInt(1, 100_000);
      assertThat(estimates.of(call(x, 1))).isEqualTo(x);
      estimates.learn(call(x, 1), x);
    }
  }

  @Test
  void nothingIsLearnedOfKindsThatWereNotSeen() {
    InputCorrection estimates = new InputCorrection();
    estimates.learn(call(100, 1), 900);
    assertThat(estimates.of(call(100, 1))).isEqualTo(900);
    assertThat(estimates.of(call(100, 2))).isEqualTo(100);
    assertThat(estimates.of(call(0, 1))).isZero();
    estimates.learn(call(0, 3), 500);
    estimates.learn(call(50, 3), 0);
    assertThat(estimates.of(call(50, 3))).isEqualTo(50);
  }

  @Test
  void absurdCountsAreBounded() {
    InputCorrection estimates = new InputCorrection();
    for (int i = 0; i < 50; i++) {
      estimates.learn(call(100, 1), Integer.MAX_VALUE);
      estimates.learn(call(160_000, 2), 1);
    }
    assertThat(estimates.of(call(100, 1))).isEqualTo(4 * 100 + 16_384);
    assertThat(estimates.of(call(160_000, 2))).isEqualTo(10_000);
  }

  @Test
  void moreKindsThanThereIsPlaceForShareWhatIsLeft() {
    InputCorrection estimates = new InputCorrection();
    for (int kind = 0; kind < 10_000; kind++) {
      estimates.learn(call(100, kind * 8), 200);
    }
    for (int kind = 0; kind < 10_000; kind++) {
      assertThat(estimates.of(call(100, kind * 8))).isEqualTo(200);
    }
  }

  private static Call call(int tokens, int kind) {
    return new Call(
        false,
        tokens,
        0,
        Call.ROUTE_DEADLINE,
        Priority.STANDARD,
        Tenant.ANYONE,
        0,
        0,
        false,
        Eligibility.ALL,
        kind);
  }
}
