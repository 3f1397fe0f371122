package dev.forebay.simulator;

import dev.forebay.simulator.RetryLoop.CallState;
import org.jspecify.annotations.Nullable;

/** One call in a usual retry loop. The caller leaves at its deadline, whatever the loop does. */
final class LoopRun extends CallRun {
  private static final long TRY = 0;
  private static final long END = 1;
  private static final long LEAVE = 2;

  private final int[] ladder;
  private final RetryLoop[] loops;
  private final CallState state = new CallState();
  private int rung;
  private int failures;
  private @Nullable Sending sending;

  LoopRun(Simulation simulation, PlannedCall call, int[] ladder, RetryLoop[] loops) {
    super(simulation, call);
    this.ladder = ladder;
    this.loops = loops;
  }

  @Override
  void start(long now) {
    attempt(now);
  }

  @Override
  public void happens(long tag, long now) {
    if (tag == TRY) {
      attempt(now);
    } else if (tag == END) {
      attemptEnded(now);
    } else {
      leave(now);
    }
  }

  private void attempt(long now) {
    if (!loops[rung].permits(now)) {
      failed(0, now);
      return;
    }
    Sending begun = send(ladder[rung], now);
    sending = begun;
    scheduleBeforeDeadline(begun.endNanos, END);
  }

  private void attemptEnded(long now) {
    Sending ended = sending;
    if (ended == null) {
      throw new IllegalStateException("nothing is under way");
    }
    sending = null;
    close(ended, now);
    loops[rung].ended(ended.answers(), now);
    if (ended.answers()) {
      loops[rung].answered(state);
      answered(ended, now);
    } else {
      failed(ended.status, now);
    }
  }

  private void failed(int status, long now) {
    failures++;
    long delay = loops[rung].delayNanos(failures, status, state, simulation.random());
    if (delay >= 0) {
      scheduleBeforeDeadline(now + delay, TRY);
    } else if (rung + 1 < ladder.length) {
      rung++;
      failures = 0;
      state.held = 0;
      attempt(now);
    } else {
      refused(now);
    }
  }

  private void leave(long now) {
    Sending under = sending;
    if (under != null) {
      sending = null;
      close(under, now);
      loops[rung].ended(false, now);
    }
    gaveUp(now);
  }

  private void scheduleBeforeDeadline(long nanos, long tag) {
    boolean inTime = nanos <= call.endByNanos();
    simulation.schedule(inTime ? nanos : call.endByNanos(), this, inTime ? tag : LEAVE);
  }
}
