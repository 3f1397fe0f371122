package dev.forebay.gateway.loop;

import dev.forebay.core.Ticker;
import dev.forebay.engine.Loop;
import dev.forebay.engine.MemoryBudget;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/** What belongs to one event loop and is used on it alone: timers, random numbers, clock. */
public final class EventLoop implements Loop {
  private final Vertx vertx;
  private final Context context;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final MemoryBudget memory;
  private final LongAdder idleCallers;
  private final TimerWheel timers;

  /**
   * Nothing runs yet.
   *
   * @param ticker the clock of calls
   * @param memory what may be held for calls, on all loops
   * @param idleCallers counts the callers that were disconnected because they took nothing
   */
  public EventLoop(
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
    this.timers = new TimerWheel(vertx, Ticker.system());
  }

  public Vertx vertx() {
    return vertx;
  }

  public Context context() {
    return context;
  }

  /** This loop's timers, to be used on it. */
  public TimerWheel timers() {
    return timers;
  }

  @Override
  public void execute(Runnable action) {
    context.runOnContext(run -> action.run());
  }

  /** A result that comes from another thread, on this loop. */
  public <T> Future<T> from(CompletionStage<T> elsewhere) {
    return Future.fromCompletionStage(elsewhere, context);
  }

  /** What may be held for calls. */
  public MemoryBudget memory() {
    return memory;
  }

  /** A caller was disconnected because it took nothing. */
  public void callerIdle() {
    idleCallers.increment();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  public Ticker ticker() {
    return ticker;
  }

  @Override
  public long nanos() {
    return ticker.nanos();
  }

  @Override
  public Timer timer(long nanos, Runnable action) {
    long id = vertx.setTimer(ticker.timerMillis(nanos), due -> action.run());
    return () -> vertx.cancelTimer(id);
  }

  @Override
  public Timer timeout(long nanos, Runnable action) {
    return timers.after(ticker.timerMillis(nanos), action);
  }
}
