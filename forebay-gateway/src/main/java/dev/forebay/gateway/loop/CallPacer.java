package dev.forebay.gateway.loop;

import dev.forebay.core.Ticker;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.LongSupplier;

/**
 * Begins calls so that their event loop comes back to its timers and to its answers in time,
 * however slow the process is while it warms up. A turn of the loop that has taken 50 ms begins no
 * more calls: they queue, and each later turn begins as many as it can in 50 ms. A call that has
 * waited for half of its deadline is refused: the other half would hardly do for an answer. A loop
 * that keeps up has no queue. Lives on one event loop.
 */
public final class CallPacer {
  /** A fifth of the 250 ms by which a call may be late; a call takes 0.1 ms in a warm process. */
  private static final long SLICE_NANOS = 50_000_000;

  private record HeldCall(long untilNanos, Runnable begin, Runnable refuse) {}

  private final Vertx vertx;
  private final TimerWheel timers;
  private final Ticker machine;
  private final Deque<HeldCall> line = new ArrayDeque<>();

  /**
   * No call waits yet.
   *
   * @param machine real time
   */
  public CallPacer(Vertx vertx, TimerWheel timers, Ticker machine) {
    this.vertx = vertx;
    this.timers = timers;
    this.machine = machine;
  }

  /**
   * Begins a call, now or in a later turn, or refuses it then.
   *
   * @param patienceNanos how long from its arrival until its deadline; asked only if it has to wait
   */
  public void accept(LongSupplier patienceNanos, Runnable begin, Runnable refuse) {
    if (line.isEmpty() && timers.turnNanos() < SLICE_NANOS) {
      begin.run();
      return;
    }
    long arrived = machine.nanos() - timers.unreadNanos();
    line.add(new HeldCall(arrived + patienceNanos.getAsLong() / 2, begin, refuse));
    if (line.size() == 1) {
      continueSoon();
    }
  }

  /** How many calls wait. */
  int waiting() {
    return line.size();
  }

  /** A timer comes back through the loop's queue of events; a task would run before them. */
  private void continueSoon() {
    vertx.setTimer(1, id -> beginSome());
  }

  private void beginSome() {
    try {
      refuseOverdue();
      long start = machine.nanos();
      do {
        HeldCall next = line.poll();
        if (next != null) {
          next.begin.run();
        }
      } while (!line.isEmpty() && machine.nanos() - start < SLICE_NANOS);
    } finally {
      if (!line.isEmpty()) {
        continueSoon();
      }
    }
  }

  private void refuseOverdue() {
    long now = machine.nanos();
    for (Iterator<HeldCall> all = line.iterator(); all.hasNext(); ) {
      HeldCall next = all.next();
      if (now - next.untilNanos > 0) {
        all.remove();
        next.refuse.run();
      }
    }
  }
}
