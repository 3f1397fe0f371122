package dev.forebay.core.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantileEstimateTest {
  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow
  private QuantileEstimate estimate = new QuantileEstimate(0.5, QuantileEstimate.USUAL_STEP);

  @Test
  void isZeroBeforeTheFirstSampleThenThatSample() {
    assertThat(estimate.value(now)).isZero();
    add(1_000);
    assertThat(estimate.value(now)).isEqualTo(1_000);
    assertThat(estimate.count(now)).isOne();
  }

  /** Quantile, sigma of the values' logarithm, z-score of the quantile, promised deviation. */
  @ParameterizedTest
  @CsvSource({
    "0.50, 0.5, 0, 0.14",
    "0.95, 0.5, 1.645, 0.12",
    "0.50, 1.0, 0, 0.20",
    "0.95, 1.0, 1.645, 0.17"
  })
  void settlesAtTheQuantileOfSkewedValues(double q, double sigma, double z, double deviation) {
    estimate = new QuantileEstimate(q, QuantileEstimate.USUAL_STEP);
    SplittableRandom random = new SplittableRandom(1);
    double truth = Math.log(1e9) + sigma * z;
    double sum = 0;
    double squares = 0;
    int n = 100_000;
    for (int i = -1_000; i < n; i++) {
      add((long) (1e9 * Math.exp(sigma * random.nextGaussian())));
      double error = i < 0 ? 0 : Math.log((double) estimate.value(now)) - truth;
      sum += error;
      squares += error * error;
    }
    assertThat(sum / n).as("bias").isCloseTo(0, within(0.05));
    assertThat(Math.sqrt(squares / n)).as("deviation").isLessThan(1.2 * deviation);
  }

  @ParameterizedTest
  @CsvSource({"0.50, 0", "0.95, 1.645"})
  void isUsableAfterTensOfSamples(double q, double z) {
    double squares = 0;
    for (int seed = 0; seed < 500; seed++) {
      estimate = new QuantileEstimate(q, QuantileEstimate.USUAL_STEP);
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 20; i++) {
        add((long) (1e9 * Math.exp(0.5 * random.nextGaussian())));
      }
      double error = Math.log(estimate.value(now) / 1e9) - 0.5 * z;
      squares += error * error;
    }
    assertThat(Math.sqrt(squares / 500)).isLessThan(0.3);
  }

  @ParameterizedTest
  @CsvSource({"0.50, 5, 40", "0.50, 0.2, 40", "0.95, 5, 20", "0.95, 0.2, 300"})
  void followsAChangeWithinThePromisedSamples(double q, double factor, int samples) {
    estimate = new QuantileEstimate(q, QuantileEstimate.USUAL_STEP);
    for (int i = 0; i < 100; i++) {
      add(1_000_000);
    }
    for (int i = 0; i < samples; i++) {
      add((long) (1_000_000 * factor));
    }
    assertThat(estimate.value(now) / 1e6).isCloseTo(factor, within(0.1 * factor));
  }

  @Test
  void oneOutlierHardlyMovesIt() {
    for (int i = 0; i < 50; i++) {
      add(1_000_000);
    }
    add(60_000_000_000L);
    assertThat(estimate.value(now)).isLessThan(1_100_000);
  }

  @Test
  void knowsNothingAfterFiveMinutesWithoutASample() {
    for (int i = 0; i < 50; i++) {
      add(60_000_000_000L);
    }
    now += Duration.ofSeconds(299).toNanos();
    assertThat(estimate.value(now)).isPositive();
    now += Duration.ofSeconds(4).toNanos();
    assertThat(estimate.value(now)).isZero();
    assertThat(estimate.count(now)).isZero();
    add(1_000);
    assertThat(estimate.value(now)).isEqualTo(1_000);
  }

  @Test
  void aSlightlyEarlierClockDoesNoHarm() {
    add(1_000);
    now -= Duration.ofSeconds(3).toNanos();
    assertThat(estimate.value(now)).isEqualTo(1_000);
  }

  @Test
  void extremesAreKeptInBounds() {
    add(Long.MAX_VALUE);
    assertThat(estimate.value(now)).isEqualTo(Long.MAX_VALUE);
    for (int i = 0; i < 10_000; i++) {
      add(-5);
    }
    assertThat(estimate.value(now)).isOne();
  }

  private void add(long value) {
    estimate.add(value, now);
  }
}
