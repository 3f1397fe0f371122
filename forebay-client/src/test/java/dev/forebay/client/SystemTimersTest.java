package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SystemTimersTest {
  private final SystemTimers timers = new SystemTimers();
  private final CallLoop loop =
      new CallLoop(
          timers,
          new SplittableRandom(1),
          timers::execute,
          (target, own) -> {
            throw new AssertionError("no transport");
          });

  @Test
  void anEventAfterTheEndStillRuns() throws Exception {
    timers.close();
    CountDownLatch ran = new CountDownLatch(2);
    loop.execute(ran::countDown);
    loop.enter(ran::countDown);
    assertThat(ran.await(10, TimeUnit.SECONDS)).as("both events ran").isTrue();
  }

  @Test
  void anEventThatWaitsAtTheEndStillRuns() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CountDownLatch ran = new CountDownLatch(1);
    timers.schedule(
        0,
        () -> {
          busy.countDown();
          awaitDespiteInterrupts(closed);
        });
    busy.await();
    loop.execute(ran::countDown);
    timers.close();
    closed.countDown();
    assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** To close interrupts the timers' thread. */
  private static void awaitDespiteInterrupts(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // Closed meanwhile: what this thread is to run comes after the latch.
      }
    }
  }

  @Test
  void anAlarmAfterTheEndIsDropped() throws Exception {
    timers.close();
    CountDownLatch rang = new CountDownLatch(1);
    timers.schedule(Duration.ofMillis(1).toNanos(), rang::countDown).cancel();
    assertThat(rang.await(50, TimeUnit.MILLISECONDS)).isFalse();
  }
}
