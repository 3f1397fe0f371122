package dev.forebay.client;

import dev.forebay.core.Step;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does the attempts of a {@link WorkCall} by futures.
 *
 * @param <T> what the work gives
 */
final class AsynchronousWork<T> implements WorkCall.Doer {
  private final AsyncWork<T> work;
  private final Function<Step.Attempt, WorkTarget> targets;
  private final CallLoop loop;
  private final Executor executor;
  private @Nullable WorkCall<T> call;

  /**
   * Work that has not begun.
   *
   * @param executor begins attempts, and cancels what the program has begun: its code must hold up
   *     no events of the call
   */
  AsynchronousWork(
      AsyncWork<T> work,
      Function<Step.Attempt, WorkTarget> targets,
      CallLoop loop,
      Executor executor) {
    this.work = work;
    this.targets = targets;
    this.loop = loop;
    this.executor = executor;
  }

  /** Whom the ends of attempts are reported to; before it starts. */
  void reportTo(WorkCall<T> own) {
    call = own;
  }

  @Override
  public WorkCall.Running begin(Step.Attempt attempt) {
    WorkTarget target = targets.apply(attempt);
    CompletableFuture<T> tried = new CompletableFuture<>();
    CompletableFuture<?> unused =
        tried.whenComplete((given, thrown) -> loop.enter(() -> report(attempt, given, thrown)));
    executor.execute(
        () -> {
          if (!tried.isDone()) {
            follow(tried, target);
          }
        });
    return () -> tried.cancel(true);
  }

  private void follow(CompletableFuture<T> tried, WorkTarget target) {
    try {
      CompletionStage<T> begun = work.on(target);
      CompletableFuture<T> own = begun.toCompletableFuture();
      CompletableFuture<?> unusedCancel =
          tried.whenComplete(
              (given, thrown) -> {
                if (tried.isCancelled()) {
                  executor.execute(() -> own.cancel(true));
                }
              });
      CompletableFuture<?> unusedEnd =
          own.whenComplete(
              (given, thrown) -> {
                if (thrown != null) {
                  tried.completeExceptionally(thrown);
                } else {
                  tried.complete(given);
                }
              });
    } catch (RuntimeException | Error e) {
      tried.completeExceptionally(e);
    }
  }

  private void report(Step.Attempt attempt, T given, @Nullable Throwable thrown) {
    WorkCall<T> to = call;
    if (to == null) {
      return;
    }
    if (thrown == null) {
      to.succeeded(attempt, given);
    } else {
      to.failed(
          attempt,
          thrown instanceof CompletionException && thrown.getCause() != null
              ? thrown.getCause()
              : thrown);
    }
  }
}
