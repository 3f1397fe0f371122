package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.Loop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  static Stream<Throwable> failures() {
    return Stream.of(
        new IllegalStateException("for the log"),
        new AssertionError("for the log"),
        new IOException("not declared"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailingActionDoesNotHoldUpTheNext(Throwable failure) {
    loop.enter(
        () -> {
          loop.enter(says("next"));
          throw CallLoopTest.<RuntimeException>unchecked(failure);
        });
    assertThat(ran).containsExactly("next");
    loop.enter(says("last"));
    assertThat(ran).containsExactly("next", "last");
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable failure) throws E {
    throw (E) failure;
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
