package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseClockTest {
  private long monotonic = 5_000;
  private long wall = 1_000_000;
  private final LeaseClock clock = new LeaseClock(() -> monotonic, () -> wall);
  private final long begun = clock.millis();

  @Test
  void itGoesOnWithTheMonotonicClock() {
    pass(700, 700);
    assertThat(passed()).isEqualTo(700);
  }

  @Test
  void aMachineThatWasFrozenFindsItsLeasesEnded() {
    pass(20, 60_000);
    assertThat(passed()).isEqualTo(60_000);
    pass(300, 300);
    assertThat(passed()).isEqualTo(60_300);
  }

  @Test
  void aWallClockThatIsSetBackChangesNothing() {
    pass(100, -5_000);
    assertThat(passed()).isEqualTo(100);
    pass(100, 100);
    assertThat(passed()).isEqualTo(200);
    pass(20, 3_020);
    assertThat(passed()).as("a freeze after that").isEqualTo(3_220);
  }

  @Test
  void aWallClockThatIsSlewedChangesNothing() {
    for (int i = 0; i < 10; i++) {
      pass(1_000, 1_010);
      assertThat(passed()).isEqualTo(1_000L * (i + 1));
    }
  }

  private void pass(long monotonically, long byTheWall) {
    monotonic += monotonically;
    wall += byTheWall;
  }

  private long passed() {
    return clock.millis() - begun;
  }
}
