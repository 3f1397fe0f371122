package dev.forebay.simulator;

import org.jspecify.annotations.Nullable;

/** One call in a usual retry loop. The caller leaves at its deadline, whatever the loop does. */
final class LoopRun extends CallRun {
  private static final long TRY = 0;
  private static final long END = 1;
  private static final long LEAVE = 2;

  private final int[] ladder;
  private final LoopCall loop;
  private @Nullable Sending sending;

  LoopRun(Simulation simulation, PlannedCall call, int[] ladder, LoopCall loop) {
    super(simulation, call);
    this.ladder = ladder;
    this.loop = loop;
  }

  @Override
  void start(long now) {
    take(loop.attempt(now, simulation.random()), now);
  }

  @Override
  public void happens(long tag, long now) {
    if (tag == TRY) {
      take(loop.attempt(now, simulation.random()), now);
    } else if (tag == END) {
      attemptEnded(now);
    } else {
      leave(now);
    }
  }

  private void take(LoopCall.Next next, long now) {
    switch (next) {
      case LoopCall.Next.Send to -> {
        Sending begun = send(ladder[to.index()], now);
        sending = begun;
        scheduleBeforeDeadline(begun.endNanos, END);
      }
      case LoopCall.Next.Wait wait -> scheduleBeforeDeadline(now + wait.nanos(), TRY);
      case LoopCall.Next.Refuse refuse -> refused(now);
    }
  }

  private void attemptEnded(long now) {
    Sending ended = sending;
    if (ended == null) {
      throw new IllegalStateException("nothing is under way");
    }
    sending = null;
    close(ended, now);
    if (ended.answers()) {
      loop.answered(now);
      answered(ended, now);
    } else {
      take(loop.failed(ended.status, now, simulation.random()), now);
    }
  }

  private void leave(long now) {
    Sending under = sending;
    if (under != null) {
      sending = null;
      close(under, now);
      loop.left(now);
    }
    gaveUp(now);
  }

  private void scheduleBeforeDeadline(long nanos, long tag) {
    boolean inTime = nanos <= call.endByNanos();
    simulation.schedule(inTime ? nanos : call.endByNanos(), this, inTime ? tag : LEAVE);
  }
}
