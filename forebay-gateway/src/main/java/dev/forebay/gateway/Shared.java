package dev.forebay.gateway;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.CallTracing;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.JourneyListener;
import dev.forebay.core.Journeys;
import dev.forebay.core.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What all event loops of a gateway share. Thread-safe. */
final class Shared {
  static final ErrorInfo DRAINING =
      new ErrorInfo(503, "ServiceUnavailableException", "The gateway is shutting down.");

  private final GatewayConfig config;
  private final RouteTable routes;
  private final Callers callers;
  private final Map<String, RequestSigner> signers = new HashMap<>();
  private final Journeys journeys;
  private final JourneyListener listener;
  private final CallTracing tracing;
  private final Ticker ticker;
  private final BodyBudget bodies = BodyBudget.ofHeap();
  private final AnswerReuse reuse;
  private final List<EventLoop> loops = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final Promise<Void> drained = Promise.promise();
  private volatile boolean draining;
  private volatile @Nullable JobDesk desk;

  Shared(GatewayConfig config, Gateway.Surroundings surroundings, Vertx vertx) {
    this.config = config;
    this.routes = new RouteTable(config);
    this.callers = Callers.of(config.auth(), null, WallClock::now, surroundings.ticker().nanos());
    this.journeys = surroundings.journeys();
    this.listener = surroundings.listener();
    this.tracing = surroundings.tracing();
    this.ticker = surroundings.ticker();
    this.reuse = new AnswerReuse(AnswerCache.ofHeap(ticker));
    for (TargetConfig target : config.targets().values()) {
      signers.put(target.target().name(), RequestSigner.of(target, vertx));
    }
  }

  GatewayConfig config() {
    return config;
  }

  RouteTable routes() {
    return routes;
  }

  Callers callers() {
    return callers;
  }

  Journeys journeys() {
    return journeys;
  }

  JourneyListener listener() {
    return listener;
  }

  CallTracing tracing() {
    return tracing;
  }

  Ticker ticker() {
    return ticker;
  }

  BodyBudget bodies() {
    return bodies;
  }

  AnswerReuse reuse() {
    return reuse;
  }

  /** Where calls are left for later; null where there is no queue. */
  @Nullable JobDesk desk() {
    return desk;
  }

  void open(JobDesk jobs) {
    desk = jobs;
  }

  /** Begins to drain the queue, once there are loops to make its calls. */
  void startJobs() {
    JobDesk jobs = desk;
    if (jobs != null) {
      jobs.workshop().start(config);
    }
  }

  /** Gives the jobs under way back, after that time; completes when none is left. */
  Future<Void> drainJobs(Duration grace) {
    JobDesk jobs = desk;
    return jobs == null
        ? Future.succeededFuture()
        : Future.fromCompletionStage(jobs.workshop().drain(grace));
  }

  void add(EventLoop loop) {
    loops.add(loop);
  }

  /** The loops in turn, for work that came by none of them. */
  EventLoop nextLoop() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  /** Ends all calls under way with an error. */
  Future<Void> stopCalls() {
    return Future.join(loops.stream().map(EventLoop::stopAll).toList()).mapEmpty();
  }

  RequestSigner signer(String target) {
    return signers.getOrDefault(target, RequestSigner.ANONYMOUS);
  }

  /**
   * Counts a call in, until {@link #callEnded}.
   *
   * @return false if the gateway is draining, and the call is to be refused
   */
  boolean callBegins() {
    calls.incrementAndGet();
    return !draining;
  }

  void callEnded() {
    if (calls.decrementAndGet() == 0 && draining) {
      drained.tryComplete();
    }
  }

  /** Calls under way. */
  int calls() {
    return calls.get();
  }

  boolean draining() {
    return draining;
  }

  /** Takes no new calls; completes when those under way have ended. */
  Future<Void> drain() {
    draining = true;
    if (calls.get() == 0) {
      drained.tryComplete();
    }
    return drained.future();
  }

  void close() {
    signers.values().forEach(RequestSigner::close);
  }
}
