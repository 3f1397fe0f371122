package dev.forebay.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A loop on which each call takes its time to begin, as in a process that warms up. */
class CallPacerTest {
  private static final Vertx vertx = Vertx.vertx();
  private static final int CALLS = 200;

  private final AtomicLong now = new AtomicLong();
  private final List<Long> begunAtMillis = new ArrayList<>();
  private final List<Long> refusedAtMillis = new ArrayList<>();
  private final CompletableFuture<Integer> all = new CompletableFuture<>();

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void callsOfALoopThatKeepsUpBeginAtOnce() throws Exception {
    burst(0, 1_000);

    assertThat(begunAtMillis).hasSize(CALLS).containsOnly(0L);
    assertThat(all.get()).as("none has waited").isZero();
  }

  @Test
  void slowCallsBeginInSlicesAndAllOfThemWhileThereIsTime() throws Exception {
    burst(20, 60_000);

    assertThat(refusedAtMillis).isEmpty();
    assertThat(begunAtMillis).hasSize(CALLS);
    assertThat(all.get()).as("turns of the loop").isGreaterThan(CALLS / 4);
  }

  @Test
  void callsThatHaveWaitedForHalfOfTheirDeadlineAreRefused() throws Exception {
    burst(20, 1_000);

    assertThat(begunAtMillis).hasSizeGreaterThan(20).allMatch(millis -> millis <= 600);
    assertThat(refusedAtMillis).isNotEmpty().allMatch(millis -> millis > 500 && millis <= 600);
    assertThat(begunAtMillis.size() + refusedAtMillis.size()).isEqualTo(CALLS);
  }

  /** All calls come at once. */
  private void burst(long eachTakesMillis, long patienceMillis) throws Exception {
    vertx
        .getOrCreateContext()
        .runOnContext(
            run -> {
              TimerWheel timers = new TimerWheel(vertx, now::get);
              timers.after(600_000, () -> {});
              CallPacer pacer = new CallPacer(vertx, timers, now::get);
              for (int i = 0; i < CALLS; i++) {
                pacer.accept(
                    () -> TimeUnit.MILLISECONDS.toNanos(patienceMillis),
                    () -> {
                      begunAtMillis.add(millis());
                      now.addAndGet(TimeUnit.MILLISECONDS.toNanos(eachTakesMillis));
                    },
                    () -> refusedAtMillis.add(millis()));
              }
              check(pacer, 0);
            });
    assertThat(all.get(30, TimeUnit.SECONDS)).isNotNull();
  }

  private void check(CallPacer pacer, int turns) {
    if (pacer.waiting() == 0) {
      all.complete(turns);
    } else {
      vertx.setTimer(1, id -> check(pacer, turns + 1));
    }
  }

  private long millis() {
    return TimeUnit.NANOSECONDS.toMillis(now.get());
  }
}
