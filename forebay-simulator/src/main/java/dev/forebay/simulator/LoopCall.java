package dev.forebay.simulator;

import dev.forebay.simulator.RetryLoop.CallState;
import java.util.List;
import java.util.random.RandomGenerator;

/** One call's way through a program's loops: says what to do next, and never waits. */
public final class LoopCall {
  /** What the driver has to do next. */
  public sealed interface Next {
    /**
     * Sends a request.
     *
     * @param rung to which of the targets, from 0
     */
    record Send(int rung) implements Next {}

    /** Waits, then asks for another {@link LoopCall#attempt}. */
    record Wait(long nanos) implements Next {}

    /** Gives the last error to the caller. */
    record Refuse() implements Next {}
  }

  private final List<RetryLoop> loops;
  private final CallState state = new CallState();
  private int rung;
  private int failures;

  LoopCall(List<RetryLoop> loops) {
    this.loops = loops;
  }

  /** The call has arrived, or its wait is over. */
  public Next attempt(long now, RandomGenerator random) {
    return loops.get(rung).permits(now) ? new Next.Send(rung) : afterFailure(0, now, random);
  }

  /** The request under way was answered. */
  public void answered(long now) {
    loops.get(rung).ended(true, now);
    loops.get(rung).answered(state);
  }

  /** The request under way failed. */
  public Next failed(int status, long now, RandomGenerator random) {
    loops.get(rung).ended(false, now);
    return afterFailure(status, now, random);
  }

  /** The caller has left while a request was under way. */
  public void left(long now) {
    loops.get(rung).ended(false, now);
  }

  private Next afterFailure(int status, long now, RandomGenerator random) {
    failures++;
    long delay = loops.get(rung).delayNanos(failures, status, state, random);
    if (delay >= 0) {
      return new Next.Wait(delay);
    }
    if (rung + 1 == loops.size()) {
      return new Next.Refuse();
    }
    rung++;
    failures = 0;
    state.held = 0;
    return attempt(now, random);
  }
}
