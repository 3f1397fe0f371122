package dev.forebay.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the store for what must be there at once or is not needed: after {@link #BOUND_MILLIS} an
 * operation has failed. After a failure the store is not asked for {@link #PAUSE_MILLIS}, so that
 * not each call waits for it, unless it only has no memory left; before it is connected it is not
 * asked either. Thread-safe.
 */
final class AnswerStoreAccess {
  private static final Logger log = LoggerFactory.getLogger(AnswerStoreAccess.class);

  /** Many round trips within a data centre, and less than a caller notices beside a model. */
  static final long BOUND_MILLIS = 50;

  static final long PAUSE_MILLIS = 1_000;

  private static final long SAID_AGAIN_MILLIS = 60_000;

  /** With the pauses less than a claim that has been renewed lasts. */
  private static final int MOST_TRIES = 3;

  /**
   * At a millisecond each that is more than a gateway needs, and bounds what they hold: operations,
   * and besides answers that are sent to the store.
   */
  static final int MOST_AT_ONCE = 64;

  private final StoreTimers timers;
  private final Supplier<CompletionStage<AnswerStore.Entry>> first;
  private final AtomicBoolean connects = new AtomicBoolean();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger sending = new AtomicInteger();
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean reachable;
  private volatile boolean tried;
  private volatile boolean pauses;
  private volatile long pausesUntilMillis;
  private volatile String lastFailure = "";
  private boolean saidFull;
  private long saidFullMillis;

  /**
   * Nothing was asked yet.
   *
   * @param first connects, and asks for something
   */
  AnswerStoreAccess(StoreTimers timers, Supplier<CompletionStage<AnswerStore.Entry>> first) {
    this.timers = timers;
    this.first = first;
  }

  /** Connects, which takes longer than a call may wait, also for the client to be made. */
  void connect() {
    if (connects.compareAndSet(false, true)) {
      timers.after(
          0,
          () -> {
            var unused = begun(first).whenComplete((answer, failure) -> note(failure));
          });
    }
  }

  /**
   * Asks, and gets the outcome: the answer or the failure, once, in time. What comes after that
   * goes to {@code late}.
   */
  <T> void ask(
      Supplier<CompletionStage<T>> operation,
      BiConsumer<@Nullable T, @Nullable Throwable> done,
      Consumer<T> late) {
    String refused = objection();
    if (refused != null) {
      failures.incrementAndGet();
      done.accept(null, new IllegalStateException(refused));
      return;
    }
    CompletableFuture<T> inTime = new CompletableFuture<>();
    StoreTimers.Pending bound =
        timers.after(
            BOUND_MILLIS,
            () ->
                inTime.completeExceptionally(
                    new TimeoutException(
                        "no answer within " + BOUND_MILLIS + " ms, operation timed out")));
    var unused =
        inTime.whenComplete(
            (answer, failure) -> {
              bound.cancel();
              note(failure);
              done.accept(answer, failure);
            });
    CompletionStage<T> asked = begun(operation);
    var unusedToo =
        asked.whenComplete(
            (answer, failure) -> {
              underWay.decrementAndGet();
              if (failure != null) {
                inTime.completeExceptionally(failure);
              } else if (!inTime.complete(answer)) {
                late.accept(answer);
              }
            });
  }

  /**
   * Sends a finished answer, for which no call waits: also after a failure, without {@link
   * #BOUND_MILLIS}, and up to three times if it fails. A store that is full is not asked again.
   *
   * @param done is given the result, once
   */
  <T> void send(
      Supplier<CompletionStage<T>> operation, BiConsumer<@Nullable T, @Nullable Throwable> done) {
    if (sending.incrementAndGet() > MOST_AT_ONCE) {
      sending.decrementAndGet();
      failures.incrementAndGet();
      done.accept(null, new IllegalStateException("too many answers at once"));
      return;
    }
    send(operation, done, 1);
  }

  private <T> void send(
      Supplier<CompletionStage<T>> operation,
      BiConsumer<@Nullable T, @Nullable Throwable> done,
      int tries) {
    var unused =
        begun(operation)
            .whenComplete(
                (answer, failure) -> {
                  boolean isFull = failure != null && StoreFailure.isFull(failure);
                  if (failure != null && !isFull) {
                    failures.incrementAndGet();
                    if (tries < MOST_TRIES) {
                      timers.after(PAUSE_MILLIS, () -> send(operation, done, tries + 1));
                      return;
                    }
                  }
                  if (isFull) {
                    note(failure);
                  }
                  sending.decrementAndGet();
                  done.accept(answer, failure);
                });
  }

  /** Sends an operation whose outcome does not matter, also after a failure. */
  void tell(Supplier<CompletionStage<Boolean>> operation) {
    if (underWay.incrementAndGet() > MOST_AT_ONCE) {
      underWay.decrementAndGet();
      failures.incrementAndGet();
      return;
    }
    var unused =
        begun(operation)
            .whenComplete(
                (answer, failure) -> {
                  underWay.decrementAndGet();
                  if (failure != null) {
                    failures.incrementAndGet();
                  }
                });
  }

  private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> operation) {
    try {
      return operation.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Why the store is not asked now; null if it is, and then that counts. */
  private @Nullable String objection() {
    if (!tried) {
      connect();
      return "not connected yet";
    }
    if (pauses) {
      if (timers.millis() - pausesUntilMillis < 0) {
        return "the store is not asked for 1 s after a failure";
      }
      pauses = false;
    }
    if (underWay.incrementAndGet() > MOST_AT_ONCE) {
      underWay.decrementAndGet();
      return "too many operations at once";
    }
    return null;
  }

  private synchronized void note(@Nullable Throwable failure) {
    if (failure != null && StoreFailure.isFull(failure)) {
      noteFull(failure);
      return;
    }
    boolean answers = failure == null;
    boolean isNews = !tried || answers != reachable;
    tried = true;
    reachable = answers;
    if (failure != null) {
      failures.incrementAndGet();
      lastFailure = StoreFailure.of(failure);
      pausesUntilMillis = timers.millis() + PAUSE_MILLIS;
      pauses = true;
    }
    if (isNews && answers) {
      log.info("The cluster's store answers searches for shared answers");
    } else if (isNews) {
      log.warn(
          "The cluster's store does not answer searches for shared answers ({}). Until it does,"
              + " this process uses its own.",
          lastFailure);
    }
  }

  /** It has no room for another answer, but those that it holds serve. */
  private void noteFull(Throwable failure) {
    failures.incrementAndGet();
    lastFailure = StoreFailure.of(failure);
    long now = timers.millis();
    if (!saidFull || now - saidFullMillis >= SAID_AGAIN_MILLIS) {
      saidFull = true;
      saidFullMillis = now;
      log.warn("The cluster's store keeps no new shared answers ({}).", lastFailure);
    }
  }

  /** Whether the store answered when it was asked last. */
  boolean reachable() {
    return reachable;
  }

  long failures() {
    return failures.get();
  }

  String lastFailure() {
    return lastFailure;
  }
}
