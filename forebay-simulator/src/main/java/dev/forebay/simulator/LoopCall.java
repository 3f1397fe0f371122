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
     * @param index to which of the targets, from 0
     */
    record Send(int index) implements Next {}

    /** Waits, then asks for another {@link LoopCall#attempt}. */
    record Wait(long nanos) implements Next {}

    /** Gives the last error to the caller. */
    record Refuse() implements Next {}
  }

  private final List<LoopGroup> groups;
  private final CallState state = new CallState();
  private int group;
  private int target = LoopGroup.NONE;
  private int failures;
  private long startedNanos = -1;

  LoopCall(List<LoopGroup> groups, long tokens) {
    this.groups = groups;
    this.state.tokens = tokens;
  }

  /** The call has arrived, or its wait is over. */
  public Next attempt(long now, RandomGenerator random) {
    if (startedNanos < 0) {
      startedNanos = now;
    }
    if (!loop().admits(now)) {
      return afterFailure(0, now, random);
    }
    long hold = loop().holdNanos(state, now);
    if (hold > 0) {
      return new Next.Wait(hold);
    }
    target = groups.get(group).pick(now, random);
    return target == LoopGroup.NONE ? afterFailure(0, now, random) : new Next.Send(target);
  }

  /** The request under way was answered. */
  public void answered(long now) {
    groups.get(group).replied(target, 200, now);
    loop().ended(true, now);
    loop().answered(state);
  }

  /** The request under way failed. */
  public Next failed(int status, long now, RandomGenerator random) {
    groups.get(group).replied(target, status, now);
    loop().ended(false, now);
    return afterFailure(status, now, random);
  }

  /** The caller has left while a request was under way. */
  public void left(long now) {
    loop().ended(false, now);
  }

  private Next afterFailure(int status, long now, RandomGenerator random) {
    failures++;
    state.sinceStartNanos = now - startedNanos;
    long delay = loop().delayNanos(failures, status, state, random);
    if (delay >= 0) {
      return new Next.Wait(delay);
    }
    if (group + 1 == groups.size()) {
      return new Next.Refuse();
    }
    group++;
    failures = 0;
    state.held = 0;
    return attempt(now, random);
  }

  private RetryLoop loop() {
    return groups.get(group).loop;
  }
}
