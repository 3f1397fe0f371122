package dev.forebay.cluster;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Kind;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Publishes what one member found out. Thread-safe. */
final class FactPublisher {
  /** After which a fact that did not reach the store is to be published again. */
  static final long AGAIN_MILLIS = 500;

  private final String id;
  private final SharedStore store;
  private final StoreAccess access;
  private final Executor executor;

  /**
   * Of that member.
   *
   * @param executor the member's
   */
  FactPublisher(String id, SharedStore store, StoreAccess access, Executor executor) {
    this.id = id;
    this.store = store;
    this.access = access;
    this.executor = executor;
  }

  /**
   * Sends a fact to the store at once, on this thread.
   *
   * @param millis how long it holds yet
   * @param failed runs on the executor if it did not reach the store
   */
  void publish(Kind kind, String quota, long millis, Runnable failed) {
    CompletionStage<?> published = store.tell(new Fact(kind, quota, millis, id));
    executor.execute(() -> access.ask(published, done -> {}, failed));
  }
}
