package dev.forebay.cluster;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one member asks of the store, and whether the store answers. Not thread-safe: answers come
 * on the member's executor.
 */
final class StoreAccess {
  /** Keeps the reason of the last failure for a minute, so that none older is shown. */
  static final long FAILURE_HOLDS_MILLIS = 60_000;

  private final Executor executor;
  private final Runnable isBack;
  private boolean everReached;
  private long reachedMillis;
  private long nowMillis;
  private long resumedMillis = Long.MIN_VALUE;
  private long operations;
  private long failures;
  private String lastFailure = "";
  private long failedMillis;

  /**
   * Nothing asked yet.
   *
   * @param executor one task at a time
   * @param isBack runs before the first answer after a silence
   */
  StoreAccess(Executor executor, Runnable isBack) {
    this.executor = executor;
    this.isBack = isBack;
  }

  void tick(long now) {
    nowMillis = now;
  }

  <T> void ask(CompletionStage<T> answer, Consumer<? super T> then) {
    ask(answer, then, () -> {});
  }

  /**
   * The same.
   *
   * @param otherwise runs if it fails
   */
  <T> void ask(CompletionStage<T> answer, Consumer<? super T> then, Runnable otherwise) {
    operations++;
    long asked = nowMillis;
    BiConsumer<@Nullable T, @Nullable Throwable> arrived =
        (value, failure) -> executor.execute(() -> heard(value, failure, asked, then, otherwise));
    answer.whenComplete(arrived);
  }

  private <T> void heard(
      @Nullable T value,
      @Nullable Throwable failure,
      long asked,
      Consumer<? super T> then,
      Runnable otherwise) {
    if (failure != null) {
      failed(failure);
      otherwise.run();
      return;
    }
    // Of a process that stood still nothing is known.
    if (nowMillis - asked >= LeaseHolder.TIMEOUT_MILLIS && asked >= resumedMillis) {
      failed(new TimeoutException("it answered after %d ms".formatted(nowMillis - asked)));
    }
    if (!isReachable()) {
      isBack.run();
    }
    everReached = true;
    reachedMillis = nowMillis;
    if (value != null) {
      then.accept(value);
    }
  }

  private void failed(Throwable failure) {
    failures++;
    lastFailure = StoreFailure.of(failure);
    failedMillis = nowMillis;
  }

  /** Whether it has answered lately. */
  boolean isReachable() {
    return everReached && nowMillis - reachedMillis < Member.REACHABLE_MILLIS;
  }

  /** The process stood still: a store that answered before may be thought to do so still. */
  void resumed(long now) {
    resumedMillis = now;
    if (isReachable()) {
      reachedMillis = now;
    }
  }

  long operations() {
    return operations;
  }

  long failures() {
    return failures;
  }

  /** Why the last failure came about, and the remedy; empty if there was none lately. */
  String lastFailure() {
    return isRecent() ? lastFailure : "";
  }

  /** How long ago that was; 0 if there was none lately. */
  Duration lastFailureAge() {
    return isRecent() ? Duration.ofMillis(nowMillis - failedMillis) : Duration.ZERO;
  }

  private boolean isRecent() {
    return failures > 0 && nowMillis - failedMillis < FAILURE_HOLDS_MILLIS;
  }
}
