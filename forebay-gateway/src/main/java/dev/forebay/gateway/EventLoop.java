package dev.forebay.gateway;

import dev.forebay.core.Ticker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/** What belongs to one event loop and is used on it alone: timers, random numbers, clock. */
final class EventLoop {
  private final Vertx vertx;
  private final Context context;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final MemoryBudget memory;
  private final LongAdder idleCallers;
  private final TimeLimits limits;

  /**
   * Nothing runs yet.
   *
   * @param ticker the clock of calls
   * @param memory what may be held for calls, on all loops
   * @param idleCallers counts the callers that were disconnected because they took nothing
   */
  EventLoop(
      Vertx vertx,
      Context context,
      Ticker ticker,
      RandomGenerator random,
      MemoryBudget memory,
      LongAdder idleCallers) {
    this.vertx = vertx;
    this.context = context;
    this.ticker = ticker;
    this.random = random;
    this.memory = memory;
    this.idleCallers = idleCallers;
    // Bodies come, and targets answer, by real time, however fast the gateway's own clock runs.
    this.limits = new TimeLimits(vertx, Ticker.system());
  }

  Vertx vertx() {
    return vertx;
  }

  Context context() {
    return context;
  }

  /** This loop's timers, to be used on it. */
  TimeLimits limits() {
    return limits;
  }

  /** Runs something on this loop, soon. */
  void execute(Runnable action) {
    context.runOnContext(run -> action.run());
  }

  /** A result that comes from another thread, on this loop. */
  <T> Future<T> from(CompletionStage<T> elsewhere) {
    return Future.fromCompletionStage(elsewhere, context);
  }

  /** What may be held for calls. */
  MemoryBudget memory() {
    return memory;
  }

  /** A caller was disconnected because it took nothing. */
  void callerIdle() {
    idleCallers.increment();
  }

  RandomGenerator random() {
    return random;
  }

  Ticker ticker() {
    return ticker;
  }
}
