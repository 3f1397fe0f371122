package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  @Test
  void eventsHappenByTimeAndThenInTheOrderOfScheduling() {
    EventQueue queue = new EventQueue();
    List<Long> happened = new ArrayList<>();
    Draws draws = new Draws(1);
    for (int i = 0; i < 5000; i++) {
      queue.schedule(draws.nextInt(300), (tag, now) -> happened.add(now * 1_000_000 + tag), i);
    }
    while (!queue.isEmpty()) {
      queue.runNext();
    }
    assertThat(happened).hasSize(5000).isSorted();
  }
}
