package dev.forebay.client;

import dev.forebay.core.Step;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does the attempts of a {@link WorkCall} on the thread that waits for it.
 *
 * @param <T> what the work gives
 */
final class BlockingWork<T> implements WorkCall.Doer {
  private final Work<T, ?> work;
  private final Function<Step.Attempt, WorkTarget> targets;
  private final CallLoop loop;
  private final CallerThread caller;
  private @Nullable WorkCall<T> call;

  BlockingWork(
      Work<T, ?> work,
      Function<Step.Attempt, WorkTarget> targets,
      CallLoop loop,
      CallerThread caller) {
    this.work = work;
    this.targets = targets;
    this.loop = loop;
    this.caller = caller;
  }

  /** Whom the ends of attempts are reported to; before it starts. */
  void reportTo(WorkCall<T> own) {
    call = own;
  }

  @Override
  public WorkCall.Running begin(Step.Attempt attempt) {
    Try tried = new Try(attempt, targets.apply(attempt));
    caller.read(tried);
    return tried;
  }

  /** One attempt: interrupted if it takes too long, and only as long as it runs. */
  private final class Try implements Runnable, WorkCall.Running {
    private final Step.Attempt attempt;
    private final WorkTarget target;
    private @Nullable Thread runs;
    private boolean stopped;

    Try(Step.Attempt attempt, WorkTarget target) {
      this.attempt = attempt;
      this.target = target;
    }

    @Override
    public synchronized void stop() {
      stopped = true;
      if (runs != null) {
        runs.interrupt();
      }
    }

    private synchronized boolean begins() {
      if (!stopped) {
        runs = Thread.currentThread();
      }
      return !stopped;
    }

    /** The interrupt of {@link #stop} was for the work alone. */
    private synchronized void ends() {
      runs = null;
      if (stopped) {
        Thread.interrupted();
      }
    }

    @Override
    public void run() {
      WorkCall<T> to = call;
      if (to == null || !begins()) {
        return;
      }
      Runnable report;
      try {
        T given = work.on(target);
        report = () -> to.succeeded(attempt, given);
      } catch (Exception | Error e) {
        report =
            e instanceof InterruptedException ? interrupted(to, e) : () -> to.failed(attempt, e);
      } finally {
        ends();
      }
      loop.enter(report);
    }

    /** By the program, unless it was for taking too long. */
    private Runnable interrupted(WorkCall<T> to, Throwable thrown) {
      return () -> {
        if (!stopped) {
          to.leave(thrown);
        }
      };
    }
  }
}
