package dev.forebay.gateway.loop;

import dev.forebay.core.Ticker;
import dev.forebay.engine.Loop;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one event loop for what nearly never takes that long: a wheel of lists, where to
 * set a timer and to take it back are a few instructions each. One is at most {@value #TICK_MS} ms
 * late.
 */
public final class TimerWheel {
  private static final int TICK_MS = 8;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);

  /** Longer timers than a turn of 8 s are passed by as often as it turns. */
  private static final int SLOTS = 1_024;

  private static final long NOT_TICKING = -1;

  /** A loop that was held up for longer than this gives no reliable arrival time. */
  private static final long MAX_UNREAD_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A timer that was set. */
  public final class Limit implements Loop.Timer {
    private final Runnable action;
    private final long tick;
    private @Nullable Limit before;
    private @Nullable Limit after;
    private boolean set = true;

    private Limit(Runnable action, long tick) {
      this.action = action;
      this.tick = tick;
    }

    @Override
    public void cancel() {
      if (set) {
        remove(this);
      }
    }
  }

  private final Vertx vertx;
  private final Ticker machine;
  private final long originNanos;
  private final @Nullable Limit[] slots = new Limit[SLOTS];

  private int count;

  /** All ticks up to this one have passed. */
  private long passed;

  private long timer = NOT_TICKING;

  /** When the loop last ran these timers. */
  private long turnedNanos;

  /** When it did so in the turn before that. */
  private long turnedBeforeNanos;

  /**
   * The timers of the loop that this is called on.
   *
   * @param machine real time, whatever clock the calls live by
   */
  TimerWheel(Vertx vertx, Ticker machine) {
    this.vertx = vertx;
    this.machine = machine;
    this.originNanos = machine.nanos();
  }

  /** Runs the action once, after so many milliseconds. */
  public Limit after(long millis, Runnable action) {
    long now = machine.nanos() - originNanos;
    if (timer == NOT_TICKING) {
      passed = now / TICK_NANOS;
      turnedNanos = machine.nanos();
      turnedBeforeNanos = turnedNanos;
      timer = vertx.setPeriodic(TICK_MS, tick -> turn());
    }
    long due = (now + TimeUnit.MILLISECONDS.toNanos(millis) + TICK_NANOS - 1) / TICK_NANOS;
    Limit limit = new Limit(action, Math.max(due, passed + 1));
    add(limit);
    return limit;
  }

  /** How many are set. */
  int count() {
    return count;
  }

  /**
   * How long the loop has not come to its timers, beyond the time between two of them: it handles
   * what has come. Zero while none is set.
   */
  long turnNanos() {
    return timer == NOT_TICKING ? 0 : Math.max(0, machine.nanos() - turnedNanos - TICK_NANOS);
  }

  /**
   * How long what is read now may have lain there: a connection is accepted in one turn of the loop
   * and read in the next one. Zero for a loop that keeps up, a second at most.
   */
  public long unreadNanos() {
    return timer == NOT_TICKING
        ? 0
        : Math.clamp(machine.nanos() - turnedBeforeNanos - 2 * TICK_NANOS, 0, MAX_UNREAD_NANOS);
  }

  private void turn() {
    long last = turnedNanos;
    turnedNanos = machine.nanos();
    // A timer that is late makes up for what it missed, all in one turn.
    if (turnedNanos - last > TICK_NANOS / 2) {
      turnedBeforeNanos = last;
    }
    long now = (machine.nanos() - originNanos) / TICK_NANOS;
    // After a pause of more than a turn each slot is looked at once.
    long from = Math.max(passed + 1, now - SLOTS + 1);
    for (long tick = from; tick <= now; tick++) {
      runDue(slot(tick), now);
      passed = tick;
    }
    if (count == 0) {
      vertx.cancelTimer(timer);
      timer = NOT_TICKING;
    }
  }

  /** An action may set and take back others, so each one begins anew. */
  private void runDue(int slot, long now) {
    for (Limit due = firstDue(slot, now); due != null; due = firstDue(slot, now)) {
      remove(due);
      due.action.run();
    }
  }

  private @Nullable Limit firstDue(int slot, long now) {
    for (Limit each = slots[slot]; each != null; each = each.after) {
      if (each.tick <= now) {
        return each;
      }
    }
    return null;
  }

  private void add(Limit limit) {
    int slot = slot(limit.tick);
    Limit first = slots[slot];
    limit.after = first;
    if (first != null) {
      first.before = limit;
    }
    slots[slot] = limit;
    count++;
  }

  private void remove(Limit limit) {
    limit.set = false;
    count--;
    Limit before = limit.before;
    Limit after = limit.after;
    if (before == null) {
      slots[slot(limit.tick)] = after;
    } else {
      before.after = after;
    }
    if (after != null) {
      after.before = before;
    }
    limit.before = null;
    limit.after = null;
  }

  private static int slot(long tick) {
    return (int) (tick % SLOTS);
  }
}
