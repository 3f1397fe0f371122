package dev.forebay.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MeterTest {
  @Test
  void whatWasAddedIsSeenFromTheNextTickOnAndFallsOutAfterAllSlots() {
    Meter meter = new Meter(2, 3, 1);
    meter.add(1, 5);
    assertThat(meter.lately(1)).isZero();

    meter.tick();
    assertThat(meter.lately(1)).isEqualTo(5);
    meter.tick();
    meter.tick();
    assertThat(meter.lately(1)).isEqualTo(5);
    assertThat(meter.lately(1, 1)).isZero();
    meter.tick();

    assertThat(meter.lately(1)).isZero();
    assertThat(meter.total(1)).isEqualTo(5);
    assertThat(meter.total(0)).isZero();
  }

  @Test
  void aSlotGathersSeveralTicks() {
    Meter meter = new Meter(1, 2, 3);
    for (int i = 0; i < 6; i++) {
      meter.add(0, 1);
      meter.tick();
    }
    assertThat(meter.lately(0)).isEqualTo(6);
    assertThat(meter.lately(0, 1)).isEqualTo(3);
    meter.tick();
    assertThat(meter.lately(0)).isEqualTo(3);
  }

  @Test
  void theSumOfTheLastSlotsIsThatOfAPlainList() {
    SplittableRandom random = new SplittableRandom(3);
    Meter meter = new Meter(1, 10, 1);
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int added = random.nextInt(5);
      meter.add(0, added);
      meter.tick();
      all.add(added);
      int slots = 1 + random.nextInt(10);
      long plain =
          all.subList(Math.max(0, all.size() - slots), all.size()).stream()
              .mapToInt(Integer::intValue)
              .sum();
      assertThat(meter.lately(0, slots)).isEqualTo(plain);
    }
  }
}
