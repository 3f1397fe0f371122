package dev.forebay.cluster;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one member asks of the store, and whether the store answers. Not thread-safe: answers come
 * on the member's executor.
 */
final class StoreAccess {
  private final Executor executor;
  private final Runnable isBack;
  private boolean everReached;
  private long reachedMillis;
  private long nowMillis;
  private long operations;
  private long failures;
  private String lastFailure = "";

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
    operations++;
    BiConsumer<@Nullable T, @Nullable Throwable> arrived =
        (value, failure) -> executor.execute(() -> heard(value, failure, then));
    answer.whenComplete(arrived);
  }

  private <T> void heard(@Nullable T value, @Nullable Throwable failure, Consumer<? super T> then) {
    if (failure != null) {
      failures++;
      lastFailure = StoreFailure.of(failure);
      return;
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

  /** Whether it has answered lately. */
  boolean isReachable() {
    return everReached && nowMillis - reachedMillis < Member.REACHABLE_MILLIS;
  }

  /** The process stood still: a store that answered before may be thought to do so still. */
  void resumed(long now) {
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

  /** Why the last failure came about, and the remedy; empty if there was none. */
  String lastFailure() {
    return lastFailure;
  }
}
