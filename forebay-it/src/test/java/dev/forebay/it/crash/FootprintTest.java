package dev.forebay.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.crash.Footprint.Kind;
import dev.forebay.it.crash.Footprint.Sample;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a process counts as growing. */
class FootprintTest {
  @Test
  void whatSwingsIsFlat() {
    Footprint footprint =
        of(i -> new Sample(300 + i % 7, 20 + i % 9, 40 + i % 5, 100 + i % 40, 900L * (i % 20)));

    assertThat(footprint.growth()).isEmpty();
  }

  @Test
  void aWarmUpIsNoGrowth() {
    Footprint footprint =
        of(
            i ->
                new Sample(
                    Math.min(300, 20L * i), Math.min(20, i), Math.min(40, 4L * i), 100, 50L));

    assertThat(footprint.growth()).isEmpty();
  }

  @Test
  void aPeakOfLoadAtTheEndIsNoGrowth() {
    Footprint footprint =
        of(i -> i > 55 ? new Sample(500, 90, 400, 900, 60_000) : new Sample(300, 20, 40, 100, 50));

    assertThat(footprint.growth()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, names = "DESCRIPTORS", mode = EnumSource.Mode.EXCLUDE)
  void eachLeakIsFoundUnderALoadThatSwings(Kind leak) {
    Footprint footprint =
        of(
            i ->
                new Sample(
                    300 + i % 7 + (leak == Kind.RSS ? 2L * i : 0),
                    20 + i % 9 + (leak == Kind.HEAP ? i : 0),
                    40 + i % 5 + (leak == Kind.THREADS ? i : 0),
                    100 + i % 20,
                    900L * (i % 20) + (leak == Kind.HELD ? 100L * i : 0)));

    assertThat(footprint.growth()).containsExactly(leak);
  }

  @Test
  void descriptorsOfABurstAreNoGrowthButMustBeGivenBack() {
    Footprint footprint = of(i -> new Sample(300, 20, 40, i > 40 ? 230 : 110, 50));

    assertThat(footprint.growth()).isEmpty();
    assertThat(footprint.mostDescriptorsInTheEnd()).isEqualTo(110);
  }

  @Test
  void aProcessIsLookedAt() throws Exception {
    Sample self = Sample.of(ProcessHandle.current().pid(), 7, 8);

    assertThat(self.rss()).isGreaterThan(10);
    assertThat(self.heap()).isEqualTo(7);
    assertThat(self.threads()).isGreaterThan(5);
    assertThat(self.descriptors()).isGreaterThan(5);
    assertThat(self.held()).isEqualTo(8);
  }

  private static Footprint of(IntFunction<Sample> samples) {
    Footprint footprint = new Footprint(new Sample(300, 20, 40, 100, 0));
    for (int i = 0; i < 60; i++) {
      footprint.add(samples.apply(i));
    }
    return footprint;
  }
}
