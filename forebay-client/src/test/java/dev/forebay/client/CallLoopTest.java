package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One call's loop, on a clock that the test drives. */
class CallLoopTest {
  private final ManualTimers clock = new ManualTimers();
  private final Queue<Runnable> elsewhere = new ArrayDeque<>();
  private final List<String> ran = new ArrayList<>();
  private final CallLoop loop =
      new CallLoop(
          clock,
          new SplittableRandom(1),
          elsewhere::add,
          (target, own) -> {
            throw new AssertionError("no transport");
          });

  private Runnable says(String word) {
    return () -> ran.add(word);
  }

  @Test
  void actionsOfTheLoopComeOneAfterAnother() {
    loop.enter(
        () -> {
          loop.enter(says("second"));
          loop.execute(says("third"));
          ran.add("first");
        });
    assertThat(ran).containsExactly("first", "second", "third");
    assertThat(elsewhere).isEmpty();
  }

  @Test
  void foreignActionsNeverRunWithinTheirCall() {
    loop.execute(says("later"));
    assertThat(ran).isEmpty();
    elsewhere.remove().run();
    assertThat(ran).containsExactly("later");
  }

  @Test
  void aFailingActionDoesNotHoldUpTheNext() {
    loop.enter(
        () -> {
          loop.enter(says("next"));
          throw new IllegalStateException("for the log");
        });
    assertThat(ran).containsExactly("next");
  }

  @Test
  void timersRunInTheOrderOfTheirTimes() {
    loop.enter(
        () -> {
          loop.timer(Duration.ofSeconds(2).toNanos(), says("b"));
          loop.timer(Duration.ofSeconds(1).toNanos(), says("a"));
          loop.timer(Duration.ofSeconds(3).toNanos(), says("c"));
        });
    clock.advance(Duration.ofMillis(2_500));
    assertThat(ran).containsExactly("a", "b");
    clock.advance(Duration.ofSeconds(1));
    assertThat(ran).containsExactly("a", "b", "c");
    assertThat(clock.set()).isZero();
    assertThat(loop.timersSet()).isZero();
  }

  @Test
  void aTimerThatIsTakenBackDoesNotRunAndLeavesNothing() {
    List<Loop.Timer> timers = new ArrayList<>();
    loop.enter(() -> timers.add(loop.timer(Duration.ofSeconds(1).toNanos(), says("x"))));
    loop.enter(() -> timers.getFirst().cancel());
    assertThat(clock.set()).isZero();
    clock.advance(Duration.ofSeconds(2));
    assertThat(ran).isEmpty();
  }

  @Test
  void anEarlierTimerIsNotLateForALaterOne() {
    loop.enter(
        () -> {
          Loop.Timer first = loop.timer(Duration.ofSeconds(5).toNanos(), says("first"));
          loop.timer(Duration.ofSeconds(9).toNanos(), says("last"));
          first.cancel();
          loop.timer(Duration.ofSeconds(7).toNanos(), says("middle"));
        });
    clock.advance(Duration.ofSeconds(8));
    assertThat(ran).containsExactly("middle");
    clock.advance(Duration.ofSeconds(2));
    assertThat(ran).containsExactly("middle", "last");
  }

  /** The clock of calls stands still while the process does, the machine's timers do not. */
  @Test
  void anAlarmThatComesEarlyIsSetAgain() {
    ManualTimers machine = new ManualTimers();
    long[] behind = {0};
    CallTimers paused =
        new CallTimers() {
          @Override
          public long nanos() {
            return machine.nanos() - behind[0];
          }

          @Override
          public Scheduled schedule(long delayNanos, Runnable action) {
            return machine.schedule(delayNanos, action);
          }

          @Override
          public void close() {}
        };
    CallLoop slow =
        new CallLoop(
            paused,
            new SplittableRandom(1),
            elsewhere::add,
            (target, own) -> {
              throw new AssertionError("no transport");
            });
    slow.enter(() -> slow.timer(Duration.ofSeconds(1).toNanos(), says("due")));
    behind[0] = Duration.ofSeconds(3).toNanos();
    machine.advance(Duration.ofMillis(3_500));
    assertThat(ran).isEmpty();
    machine.advance(Duration.ofSeconds(1));
    assertThat(ran).containsExactly("due");
  }
}
