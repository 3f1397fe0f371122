package dev.forebay.jobs.worker;

import dev.forebay.core.Jitter;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStore.TakenJob;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes a job's call. Thread-safe; never blocks. */
@FunctionalInterface
public interface JobRunner {
  /** Begins the call. */
  Run start(TakenJob job);

  /** A call under way. */
  interface Run {
    /** Its end; exceptionally counts as {@link Broken}. */
    CompletionStage<End> end();

    /** Gives it up; its end is of no interest any more. */
    void cancel();

    /** Its end was stored, or will not be: the memory that holds its answer is free. */
    default void settled() {}
  }

  /** How a call ended. */
  sealed interface End {}

  /** With an answer of the model. */
  record Answered(JobResult result) implements End {}

  /**
   * Bedrock will not do it, however often it is asked: the job is a dead letter at once.
   *
   * @param reason without anything of the prompt or the answer
   * @param answer the error as the caller would have seen it
   */
  record Refused(String reason, Optional<JobResult> answer) implements End {}

  /**
   * There was no capacity after all: no failure, it goes back to the queue for that time, and so
   * long no other is taken.
   */
  record NoCapacity(Duration delay) implements End {}

  /** It is not its turn: no failure, it alone goes back to the queue for that time. */
  record Postponed(Duration delay) implements End {}

  /**
   * It failed, and may succeed another time.
   *
   * @param reason without anything of the prompt or the answer
   */
  record Broken(String reason) implements End {
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(320);

    /** Names only the class of what was thrown: a message may quote the prompt. */
    public static Broken by(@Nullable Throwable e) {
      return new Broken("the call failed" + (e == null ? "" : ": " + e.getClass().getSimpleName()));
    }

    /**
     * How long to wait after it: half of {@code min(320 s, 5 s * 2^failuresBefore)}, and up to as
     * much again at random, so that jobs which failed together do not come back together.
     */
    public static Duration backoff(int failuresBefore, RandomGenerator random) {
      return Jitter.EQUAL.delay(FIRST_BACKOFF, MAX_BACKOFF, failuresBefore, random);
    }
  }
}
