package dev.forebay.engine.upstream;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.engine.Loop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Until when an attempt waits for what comes next: each time limit of its step in its phase. Lives
 * on the attempt's loop.
 */
final class AttemptTimeouts {
  /** How long a target may take to end a stream of which all has come. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Step.Attempt step;
  private final Loop loop;
  private final AttemptMemory memory;
  private final Runnable timeUp;

  private boolean alive;
  private boolean contentStarted;
  private boolean paused;
  private boolean settled;
  private long lastByteNanos;
  private Loop.@Nullable Timer timer;

  /**
   * No timer runs.
   *
   * @param timeUp runs once when a limit has passed
   */
  AttemptTimeouts(Step.Attempt step, Loop loop, AttemptMemory memory, Runnable timeUp) {
    this.step = step;
    this.loop = loop;
    this.memory = memory;
    this.timeUp = timeUp;
  }

  /** Waits for what is due now, which may have changed. */
  void arm() {
    cancel();
    timer = loop.timeout(dueNanos() - loop.nanos(), this::check);
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void check() {
    if (loop.nanos() - dueNanos() < 0) {
      arm();
    } else {
      timeUp.run();
    }
  }

  /** Something came, or can be taken again. */
  void touched() {
    lastByteNanos = loop.nanos();
  }

  /** The target has begun to answer; whether that is new. */
  boolean firstFrameReceived() {
    boolean first = !alive;
    alive = true;
    if (first) {
      arm();
    }
    return first;
  }

  void contentStarts() {
    alive = true;
    contentStarted = true;
    arm();
  }

  boolean contentStarted() {
    return contentStarted;
  }

  /** Whether the caller can take no more for now: that is not the target's silence. */
  void paused(boolean isPaused) {
    paused = isPaused;
  }

  /** Whether only the end of the body is waited for. */
  void settled(boolean isSettled) {
    if (isSettled && !settled) {
      settled = true;
      arm();
    }
  }

  Outcome.TimedOut outcome() {
    Outcome.Limit limit = step.limitAt(loop.nanos(), alive, contentStarted);
    return new Outcome.TimedOut(limit, new ErrorInfo(408, "ModelTimeoutException", message(limit)));
  }

  /** A caller that reads slowly is not the target's silence: then only the longest time counts. */
  private long dueNanos() {
    if (memory.isWaiting()) {
      long since = memory.waitingSinceNanos();
      boolean late = contentStarted || since - step.endByNanos() >= 0;
      return late ? since + step.idleNanos() : step.endByNanos();
    }
    if (!alive) {
      return memory.hasWaited() ? step.endByNanos() : step.firstFrameByNanos();
    }
    if (!contentStarted) {
      return step.timeoutBeforeContent(lastByteNanos);
    }
    if (paused) {
      return step.lastNanos();
    }
    if (settled) {
      long grace = lastByteNanos + GRACE_NANOS;
      return grace - step.lastNanos() < 0 ? grace : step.lastNanos();
    }
    return step.timeoutAfterContent(lastByteNanos);
  }

  private static String message(Outcome.Limit limit) {
    return switch (limit) {
      case FIRST_FRAME -> "The target sent no answer within the attempt's time limit.";
      case FIRST_TOKEN -> "The model sent no content within timeouts.firstToken.";
      case IDLE -> "The model sent nothing more within timeouts.idle.";
      case TOTAL -> "The answer was not complete within timeouts.total.";
      case DEADLINE, UPSTREAM -> "No answer by the call's deadline.";
    };
  }
}
