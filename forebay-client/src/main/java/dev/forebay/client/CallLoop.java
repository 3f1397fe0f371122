package dev.forebay.client;

import dev.forebay.config.TargetConfig;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one call. It has no thread of its own. The thread that adds an event runs it, and
 * then the events that other threads have added meanwhile. A call without concurrent events stays
 * on one thread.
 */
final class CallLoop implements Loop {
  private static final Logger log = LoggerFactory.getLogger(CallLoop.class);

  private final CallTimers timers;
  private final RandomGenerator random;
  private final Executor others;
  private final Transport.Factory transports;
  private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();

  /** Actions that have not run, the one that runs included. */
  private final AtomicInteger pending = new AtomicInteger();

  /** The timers that are set: three or four at most. */
  private final List<OwnTimer> set = new ArrayList<>(4);

  private CallTimers.@Nullable Scheduled alarm;
  private long alarmNanos;

  /**
   * A loop on which nothing runs yet.
   *
   * @param random the call's own
   * @param others runs the loop for threads that must not run it themselves, since they hold locks
   *     or belong to another call; must not run it at once
   * @param transports carries the call's attempts
   */
  CallLoop(
      CallTimers timers, RandomGenerator random, Executor others, Transport.Factory transports) {
    this.timers = timers;
    this.random = random;
    this.others = others;
    this.transports = transports;
  }

  /** The way to a target for this call. */
  Transport transport(TargetConfig target) {
    return transports.open(target, this);
  }

  @Override
  public void execute(Runnable action) {
    actions.add(action);
    if (pending.getAndIncrement() == 0) {
      others.execute(this::run);
    }
  }

  /**
   * Runs an action on this loop, at once unless another thread runs it. Not to be called from
   * within another call's loop, nor under a lock.
   */
  void enter(Runnable action) {
    if (pending.compareAndSet(0, 1)) {
      // The usual case has no use for the queue.
      run(action);
      if (pending.decrementAndGet() > 0) {
        run();
      }
      return;
    }
    actions.add(action);
    if (pending.getAndIncrement() == 0) {
      run();
    }
  }

  private void run() {
    do {
      Runnable next = actions.poll();
      if (next != null) {
        run(next);
      }
    } while (pending.decrementAndGet() > 0);
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (Exception | Error e) {
      // Also a checked one that is not declared, as of Kotlin. The engine ends its call by itself.
      // The events behind this one must still run.
      log.error("An event of a call failed by a defect of Forebay", e);
    }
  }

  @Override
  public Timer timer(long nanos, Runnable action) {
    OwnTimer timer = new OwnTimer(timers.nanos() + Math.max(0, nanos), action);
    set.add(timer);
    if (alarm == null || timer.dueNanos - alarmNanos < 0) {
      wakeAt(timer.dueNanos);
    }
    return timer;
  }

  @Override
  public long nanos() {
    return timers.nanos();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  /** How many timers are set. */
  int timersSet() {
    return set.size();
  }

  private void wakeAt(long nanos) {
    CallTimers.Scheduled before = alarm;
    if (before != null) {
      before.cancel();
    }
    alarmNanos = nanos;
    alarm = timers.alarm(nanos - timers.nanos(), () -> enter(() -> ring(nanos)));
  }

  /** An alarm that is of no use any more is cheaper than a new one for each timer. */
  private void ring(long forNanos) {
    if (alarm == null || forNanos != alarmNanos) {
      return;
    }
    long now = timers.nanos();
    if (forNanos - now > 0) {
      // This clock stands still while the process does; the one that woke us does not.
      wakeAt(forNanos);
      return;
    }
    alarm = null;
    for (OwnTimer due = due(now); due != null; due = due(now)) {
      set.remove(due);
      due.action.run();
    }
    OwnTimer next = earliest();
    if (next != null && (alarm == null || next.dueNanos - alarmNanos < 0)) {
      wakeAt(next.dueNanos);
    }
  }

  private @Nullable OwnTimer due(long now) {
    OwnTimer first = earliest();
    return first != null && first.dueNanos - now <= 0 ? first : null;
  }

  private @Nullable OwnTimer earliest() {
    OwnTimer first = null;
    for (OwnTimer each : set) {
      if (first == null || each.dueNanos - first.dueNanos < 0) {
        first = each;
      }
    }
    return first;
  }

  private final class OwnTimer implements Timer {
    private final long dueNanos;
    private final Runnable action;

    OwnTimer(long dueNanos, Runnable action) {
      this.dueNanos = dueNanos;
      this.action = action;
    }

    @Override
    public void cancel() {
      if (set.remove(this) && set.isEmpty() && alarm != null) {
        // The last one: a call that is over leaves nothing behind.
        alarm.cancel();
        alarm = null;
      }
    }
  }
}
