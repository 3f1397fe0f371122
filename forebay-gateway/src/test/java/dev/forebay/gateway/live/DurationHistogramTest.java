package dev.forebay.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DurationHistogramTest {
  @Test
  void aPercentileIsOffByAnEighthAtMost() {
    SplittableRandom random = new SplittableRandom(5);
    DurationHistogram durations = new DurationHistogram(10, 1);
    double[] millis = new double[5_000];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = Math.exp(random.nextDouble() * 10);
      durations.add((long) (millis[i] * 1e6));
    }
    durations.tick();
    Arrays.sort(millis);

    DurationHistogram.Percentiles shown = Objects.requireNonNull(durations.lately());
    assertThat(shown.count()).isEqualTo(millis.length);
    near(shown.p50(), millis[2_500]);
    near(shown.p95(), millis[4_750]);
    near(shown.p99(), millis[4_950]);
  }

  @Test
  void whatIsTooShortOrTooLongCountsAtTheEnds() {
    DurationHistogram durations = new DurationHistogram(1, 1);
    durations.add(0);
    durations.add(-1);
    durations.add(Long.MAX_VALUE);
    durations.tick();

    DurationHistogram.Percentiles shown = Objects.requireNonNull(durations.lately());
    assertThat(shown.p50()).isLessThan(0.1);
    assertThat(shown.p99()).isGreaterThan(900_000);
  }

  @Test
  void nothingIsKnownOfATimeInWhichNothingEnded() {
    DurationHistogram durations = new DurationHistogram(2, 1);
    durations.add(1_000_000);
    durations.tick();
    durations.tick();
    assertThat(durations.lately()).isNotNull();
    durations.tick();
    assertThat(durations.lately()).isNull();
  }

  private static void near(double shown, double exact) {
    assertThat(shown).isCloseTo(exact, within(exact / 8));
  }
}
