package dev.forebay.jobs.worker;

import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.worker.JobRunner.Broken;
import dev.forebay.jobs.worker.JobRunner.End;
import dev.forebay.jobs.worker.JobRunner.Run;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The call of a piece of work: started, cancelled by any thread, and notified when its end is
 * stored. One at a time. Thread-safe.
 */
public final class RunningCall {
  private final JobRunner runner;
  private volatile @Nullable Run run;

  /** None yet. */
  public RunningCall(JobRunner runner) {
    this.runner = runner;
  }

  /**
   * Starts the call.
   *
   * @param wanted asked once it has started: until then it could not be cancelled
   * @param ended receives its end; what was thrown is {@link Broken}
   */
  public void start(TakenJob job, BooleanSupplier wanted, Consumer<End> ended) {
    Run started;
    try {
      started = runner.start(job);
    } catch (RuntimeException e) {
      ended.accept(Broken.by(e));
      return;
    }
    run = started;
    if (!wanted.getAsBoolean()) {
      started.cancel();
    }
    CompletionStage<End> unused =
        started
            .end()
            .whenComplete((end, failure) -> ended.accept(end == null ? Broken.by(failure) : end));
  }

  /** Gives it up, if it was started. */
  public void cancel() {
    Run begun = run;
    if (begun != null) {
      begun.cancel();
    }
  }

  /** Its end was stored, or will not be. */
  public void settled() {
    Run ended = run;
    if (ended != null) {
      ended.settled();
    }
  }
}
