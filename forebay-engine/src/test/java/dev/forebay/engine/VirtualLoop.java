package dev.forebay.engine;

import dev.forebay.core.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A loop in virtual time: nothing happens unless the test runs it. */
public final class VirtualLoop implements Loop, Ticker {
  private record Due(long atNanos, long number, Runnable action) {}

  private final Deque<Runnable> actions = new ArrayDeque<>();
  private final PriorityQueue<Due> timers =
      new PriorityQueue<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::number));
  private final RandomGenerator random = new SplittableRandom(1);
  private long now;
  private long number;

  @Override
  public void execute(Runnable action) {
    actions.add(action);
  }

  @Override
  public Timer timer(long nanos, Runnable action) {
    Due due = new Due(now + Math.max(0, nanos), number++, action);
    timers.add(due);
    return () -> timers.remove(due);
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  /** Runs what is to happen until so long from now, when it is then. */
  public void run(Duration time) {
    long end = now + time.toNanos();
    while (!actions.isEmpty() || (!timers.isEmpty() && timers.peek().atNanos() - end <= 0)) {
      next().run();
    }
    now = end;
  }

  /** Runs all that is to happen, timers and all, up to the end of all timers. */
  public void runAll() {
    while (!actions.isEmpty() || !timers.isEmpty()) {
      next().run();
    }
  }

  private Runnable next() {
    if (!actions.isEmpty()) {
      return actions.remove();
    }
    Due due = timers.remove();
    now = Math.max(now, due.atNanos());
    return due.action();
  }
}
