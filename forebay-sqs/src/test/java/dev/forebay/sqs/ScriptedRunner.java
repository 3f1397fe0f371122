package dev.forebay.sqs;

import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.worker.JobRunner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Ends calls as a test says. */
final class ScriptedRunner implements JobRunner {
  private final Function<Integer, Optional<End>> ends;
  private final List<Called> calls = new ArrayList<>();

  private ScriptedRunner(Function<Integer, Optional<End>> ends) {
    this.ends = ends;
  }

  /** Ends each call at once, given its number from 1. */
  static ScriptedRunner ending(Function<Integer, End> ends) {
    return new ScriptedRunner(number -> Optional.of(ends.apply(number)));
  }

  /** Leaves the ends to the test. */
  static ScriptedRunner pending() {
    return new ScriptedRunner(number -> Optional.empty());
  }

  static Answered answer(String body) {
    return new Answered(
        new JobResult(
            200,
            List.of(
                new Header("Content-Type", "application/json"),
                new Header("x-forebay-answer", "primary"),
                new Header("x-secret", "no")),
            Content.of(body.getBytes(StandardCharsets.UTF_8))));
  }

  @Override
  public synchronized Run start(TakenJob job) {
    Called called = new Called(job);
    calls.add(called);
    ends.apply(calls.size()).ifPresent(called::end);
    return called;
  }

  synchronized List<Called> calls() {
    return List.copyOf(calls);
  }

  static final class Called implements Run {
    private final TakenJob job;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private volatile boolean cancelled;

    Called(TakenJob job) {
      this.job = job;
    }

    TakenJob job() {
      return job;
    }

    boolean cancelled() {
      return cancelled;
    }

    void end(End how) {
      end.complete(how);
    }

    @Override
    public CompletionStage<End> end() {
      return end;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
