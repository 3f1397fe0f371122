package dev.forebay.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a process counts as growing. */
class FootprintTest {
  @Test
  void whatSwingsIsFlat() {
    Footprint footprint = new Footprint();
    for (int i = 0; i < 60; i++) {
      footprint.add(new Footprint.Sample(200 + i % 7, 40 + i % 3, 100 + i % 11));
    }
    assertThat(footprint.growth()).isEmpty();
  }

  @Test
  void aWarmUpIsNoGrowth() {
    Footprint footprint = new Footprint();
    for (int i = 0; i < 60; i++) {
      footprint.add(new Footprint.Sample(Math.min(300, 20L * i), Math.min(40, 4L * i), 100));
    }
    assertThat(footprint.growth()).isEmpty();
  }

  @Test
  void eachLeakIsNamed() {
    Footprint footprint = new Footprint();
    for (int i = 0; i < 60; i++) {
      footprint.add(new Footprint.Sample(200 + 4L * i, 40 + i, 100 + 3L * i));
    }
    assertThat(footprint.growth())
        .containsExactly(
            "RSS in MB grew from 356 to 436",
            "threads grew from 79 to 99",
            "descriptors grew from 217 to 277");
  }

  @Test
  void aProcessIsLookedAt() throws Exception {
    Footprint.Sample self = Footprint.Sample.of(ProcessHandle.current().pid());

    assertThat(self.rss()).isGreaterThan(10);
    assertThat(self.threads()).isGreaterThan(5);
    assertThat(self.descriptors()).isGreaterThan(5);
  }
}
