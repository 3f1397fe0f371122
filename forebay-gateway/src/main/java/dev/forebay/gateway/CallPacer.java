package dev.forebay.gateway;

import dev.forebay.core.Ticker;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.LongSupplier;

/**
 * Begins calls so that their event loop comes back to its timers and to its answers in time,
 * however slow the process is while it warms up. A turn of the loop that has taken 50 ms begins no
 * more calls: they wait in line, and each later turn begins as many as it can in 50 ms. A call
 * whose deadline passes before its place in line comes is refused as soon as that can be foreseen:
 *
 * <pre>
 * now + 2 * mean * calls ahead > deadline
 * </pre>
 *
 * <p>The mean is what beginning a call has taken of late, and twice, since their answers take the
 * loop's time as well. A loop that keeps up has no line. Lives on one event loop.
 */
final class CallPacer {
  /** A fifth of the 250 ms by which a call may be late; a call takes 0.1 ms in a warm process. */
  private static final long SLICE_NANOS = 50_000_000;

  private static final double NEWEST = 0.2;

  private record Waiting(long deadlineNanos, Runnable begin, Runnable refuse) {}

  private final Vertx vertx;
  private final TimeLimits limits;
  private final Ticker machine;
  private final Deque<Waiting> line = new ArrayDeque<>();
  private double meanNanos;

  /**
   * No call waits yet.
   *
   * @param machine real time
   */
  CallPacer(Vertx vertx, TimeLimits limits, Ticker machine) {
    this.vertx = vertx;
    this.limits = limits;
    this.machine = machine;
  }

  /**
   * Begins a call, now or in a later turn, or refuses it.
   *
   * @param patienceNanos how long from now it may wait; asked only if it has to
   */
  void accept(LongSupplier patienceNanos, Runnable begin, Runnable refuse) {
    if (line.isEmpty() && limits.turnNanos() < SLICE_NANOS) {
      begin.run();
      return;
    }
    long patience = patienceNanos.getAsLong();
    if (2 * meanNanos * line.size() > (double) patience) {
      refuse.run();
      return;
    }
    line.add(new Waiting(machine.nanos() + patience, begin, refuse));
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
    long start = machine.nanos();
    refuseOverdue(start);
    long now = start;
    int begun = 0;
    for (Waiting next = line.poll(); next != null; next = line.poll()) {
      next.begin.run();
      begun++;
      now = machine.nanos();
      if (now - start >= SLICE_NANOS) {
        break;
      }
    }
    if (begun > 0) {
      meanNanos += NEWEST * ((double) (now - start) / begun - meanNanos);
    }
    if (!line.isEmpty()) {
      continueSoon();
    }
  }

  private void refuseOverdue(long now) {
    double ahead = 0;
    for (Iterator<Waiting> all = line.iterator(); all.hasNext(); ) {
      Waiting next = all.next();
      if (now + (long) (2 * meanNanos * ahead) - next.deadlineNanos > 0) {
        all.remove();
        next.refuse.run();
      } else {
        ahead++;
      }
    }
  }
}
