package dev.forebay.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MedianEstimateTest {
  private final MedianEstimate estimate = new MedianEstimate();

  @Test
  void isZeroBeforeTheFirstSampleThenThatSample() {
    assertThat(estimate.nanos()).isZero();
    estimate.add(1_000);
    assertThat(estimate.nanos()).isEqualTo(1_000);
  }

  @Test
  void settlesNearTheMedianOfASkewedDistribution() {
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < 2_000; i++) {
      estimate.add((long) (1e9 * Math.exp(random.nextGaussian())));
      sum += i >= 1_000 ? estimate.nanos() : 0;
    }
    assertThat(sum / 1_000).isCloseTo(1e9, within(0.15e9));
  }

  @Test
  void followsAChangeWithinTensOfSamples() {
    for (int i = 0; i < 50; i++) {
      estimate.add(1_000_000);
    }
    for (int i = 0; i < 50; i++) {
      estimate.add(5_000_000);
    }
    assertThat(estimate.nanos()).isCloseTo(5_000_000, within(500_000L));
  }

  @Test
  void oneOutlierHardlyMovesIt() {
    for (int i = 0; i < 50; i++) {
      estimate.add(1_000_000);
    }
    estimate.add(60_000_000_000L);
    assertThat(estimate.nanos()).isLessThan(1_100_000);
  }
}
