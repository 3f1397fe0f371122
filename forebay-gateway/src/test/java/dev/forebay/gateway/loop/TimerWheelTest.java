package dev.forebay.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Ticker;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final Vertx vertx = Vertx.vertx();

  private final Ticker ticker = Ticker.system();
  private final CompletableFuture<String> result = new CompletableFuture<>();
  private final List<Integer> ran = new ArrayList<>();

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void eachRunsInItsTimeAndInOrder() throws Exception {
    long begin = ticker.nanos();
    onLoop(
        timers -> {
          timers.after(60, () -> ran.add(60));
          timers.after(20, () -> ran.add(20));
          timers.after(90, () -> result.complete(ran + " left " + timers.count()));
        });
    assertThat(get()).isEqualTo("[20, 60] left 0");
    assertThat(ticker.nanos() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(90));
  }

  @Test
  void whatIsTakenBackDoesNotRun() throws Exception {
    onLoop(
        timers -> {
          List<TimerWheel.Limit> all = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            int number = i;
            all.add(timers.after(20, () -> ran.add(number)));
          }
          all.get(0).cancel();
          all.get(2).cancel();
          all.get(4).cancel();
          all.get(4).cancel();
          timers.after(40, () -> result.complete(ran.stream().sorted().toList() + ""));
        });
    assertThat(get()).isEqualTo("[1, 3]");
  }

  /** What was accepted in the long turn is read in the next one. */
  @Test
  void whatIsReadInTheTurnAfterALongOneMayHaveLainThereForBoth() throws Exception {
    Shifted shifted = new Shifted(ticker);
    onLoop(
        timers -> {
          timers.after(60_000, () -> {});
          vertx.setTimer(
              30,
              late -> {
                shifted.nanos = TimeUnit.MILLISECONDS.toNanos(100);
                ran.add(millis(timers.unreadNanos()));
                vertx.setTimer(1, next -> ran.add(millis(timers.unreadNanos())));
                vertx.setPeriodic(
                    5,
                    look -> {
                      if (timers.unreadNanos() == 0) {
                        result.complete("kept up");
                      }
                    });
              });
        },
        shifted);
    assertThat(get()).isEqualTo("kept up");
    assertThat(ran).hasSize(2).allMatch(millis -> millis >= 84);
  }

  private static int millis(long nanos) {
    return (int) TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Test
  void anActionMaySetAndTakeBackOthersAndFail() throws Exception {
    onLoop(
        timers -> {
          TimerWheel.Limit[] other = new TimerWheel.Limit[1];
          timers.after(
              20,
              () -> {
                other[0].cancel();
                timers.after(1, () -> result.complete(ran + " left " + timers.count()));
                throw new IllegalStateException("an action fails, as this test wants");
              });
          other[0] = timers.after(30, () -> ran.add(30));
          timers.after(20, () -> ran.add(20));
        });
    assertThat(get()).isEqualTo("[20] left 0");
  }

  @Test
  void aTimerOfMoreThanATurnWaitsForItsTurn() throws Exception {
    Shifted shifted = new Shifted(ticker);
    onLoop(
        timers -> {
          timers.after(20_000, () -> ran.add(20_000));
          timers.after(
              30,
              () -> {
                ran.add(30);
                shifted.nanos = TimeUnit.SECONDS.toNanos(15);
                timers.after(
                    30,
                    () -> {
                      ran.add(15_030);
                      shifted.nanos = TimeUnit.SECONDS.toNanos(20);
                      timers.after(100, () -> result.complete(ran.toString()));
                    });
              });
        },
        shifted);
    assertThat(get()).isEqualTo("[30, 15030, 20000]");
  }

  private static final class Shifted implements Ticker {
    private final Ticker machine;
    private volatile long nanos;

    Shifted(Ticker machine) {
      this.machine = machine;
    }

    @Override
    public long nanos() {
      return machine.nanos() + nanos;
    }
  }

  private interface Use {
    void of(TimerWheel timers);
  }

  private void onLoop(Use use) {
    onLoop(use, ticker);
  }

  private static void onLoop(Use use, Ticker machine) {
    vertx.runOnContext(run -> use.of(new TimerWheel(vertx, machine)));
  }

  private String get() throws Exception {
    return result.get(10, TimeUnit.SECONDS);
  }
}
