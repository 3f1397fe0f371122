package dev.forebay.engine.pipeline;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Tenant;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.call.RoutingSnapshot;
import dev.forebay.engine.http.IdempotencyKey;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.reuse.AnswerCache;
import dev.forebay.engine.reuse.IdempotencyFilter;
import dev.forebay.engine.reuse.ResponseCacheFilter;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.engine.route.RouteTable;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a call passes, in this order: idempotency keys, the answer cache of its route, the exchange
 * that makes it. Thread-safe; a call stays on its loop.
 */
public final class CallPipeline {
  private final AnswerCache cache;
  private final ResponseCacheFilter responseCache;
  private final IdempotencyFilter idempotency;
  private volatile @Nullable SharedAnswers shared;

  /** With as much room for answers as fits this process. */
  public CallPipeline(Ticker ticker) {
    this.cache = AnswerCache.ofHeap(ticker);
    this.responseCache = new ResponseCacheFilter(cache);
    this.idempotency = IdempotencyFilter.ofHeap(ticker);
  }

  /** From now on routes that opted in share answers with other processes. */
  public void share(SharedAnswers answers) {
    shared = answers;
  }

  /** What is known of answers that processes share; null if they share none. */
  public SharedAnswers.@Nullable Diagnostics sharedReading() {
    SharedAnswers answers = shared;
    return answers == null ? null : answers.reading();
  }

  /**
   * Begins a call, for which the bytes of its request are held until it is over.
   *
   * @param whenOver runs once, when the last byte is out or the caller has left
   * @return null if the call has begun; else the error, and nothing is held. If it throws, nothing
   *     is held either, and {@code whenOver} has run
   */
  public @Nullable ErrorInfo start(
      CallRegistry calls,
      RoutingSnapshot snapshot,
      RouteTable.Entry route,
      CallReader.Read read,
      Tenant tenant,
      ResponseSink sink,
      long arrivedNanos,
      Runnable whenOver) {
    MemoryBudget memory = calls.memory();
    ModelRequest asked = read.asked();
    int bytes = asked.body().length;
    if (!memory.take(bytes, bytes)) {
      memory.refuse();
      return Refusals.NO_ROOM;
    }
    Runnable over =
        new RunOnce(
            () -> {
              memory.give(bytes);
              whenOver.run();
            });
    try {
      Call call =
          calls.call(
              asked, route, read.facts(), read.patience(), read.priority(), tenant, snapshot);
      PendingCall open =
          calls.open(
              snapshot,
              asked,
              sink,
              route.route(asked.path().operation()),
              call,
              JourneyListener.NONE,
              arrivedNanos,
              over);
      accept(calls, open, route);
      return null;
    } catch (RuntimeException | Error e) {
      over.run();
      throw e;
    }
  }

  /** Takes a call that was opened on a loop. */
  public void accept(CallRegistry calls, PendingCall call, RouteTable.Entry route) {
    Supplier<Optional<Answer>> canned = () -> canned(route, call.request());
    Optional<String> key = IdempotencyKey.of(call.request().headers());
    if (key.isPresent()) {
      DegradedAnswers degradedAnswers = new DegradedAnswers(Optional::empty, canned);
      idempotency.accept(
          calls,
          call,
          key.get(),
          degradedAnswers,
          (on, one, degraded) -> throughCache(on, one, route, canned),
          route.config().sharesIdempotency() ? shared : null);
    } else {
      throughCache(calls, call, route, canned);
    }
  }

  private void throughCache(
      CallRegistry calls,
      PendingCall call,
      RouteTable.Entry route,
      Supplier<Optional<Answer>> canned) {
    route
        .config()
        .cache()
        .ifPresentOrElse(
            times ->
                responseCache.accept(calls, call, times, canned, calls.loop().random(), shared),
            () -> calls.begin(call, new DegradedAnswers(Optional::empty, canned)).start());
  }

  /** The route's own words, in the form that was asked for. */
  private static Optional<Answer> canned(RouteTable.Entry route, ModelRequest asked) {
    return route
        .config()
        .degraded()
        .flatMap(own -> Answer.canned(asked, route.asked().family(), own.message()));
  }

  /** How many answers the cache keeps, and their bytes. */
  public Map<String, Long> cacheLoad() {
    return cache.load();
  }

  /** How many answers are kept for idempotency keys, and their bytes. */
  public Map<String, Long> idempotencyLoad() {
    return idempotency.load();
  }
}
