package dev.forebay.gateway.jobs;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.JobsConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.Secret;
import dev.forebay.core.Call;
import dev.forebay.core.Priority;
import dev.forebay.core.Route;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.WallClock;
import dev.forebay.gateway.auth.Caller;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.call.QueueLink;
import dev.forebay.gateway.live.QueueReading;
import dev.forebay.jobs.Backlog;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobPage;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStore.Accepted;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoredJob;
import dev.forebay.jobs.worker.WorkerSettings;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;

/**
 * Where calls are left to be answered later, and asked after. A job is its key's alone; operators
 * see all. Everything of the store happens on the store's threads. Thread-safe.
 */
public final class JobService implements QueueLink {
  /** How old a look at what waits may be, so that a rush of jobs does not read it for each. */
  private static final Duration BACKLOG_LIFETIME = Duration.ofMillis(100);

  /** A service in front of a store, whose workers are yet to be started. */
  public static JobService over(JobStore store, GatewayRuntime runtime, Vertx vertx) {
    JobsConfig config =
        runtime.snapshot().config().jobs().orElseGet(() -> new JobsConfig(new Secret("elsewhere")));
    StoredCalls calls = new StoredCalls(runtime);
    Callbacks callbacks =
        config.callbacks().map(who -> new Callbacks(store, who, vertx)).orElse(null);
    return new JobService(
        runtime,
        store,
        calls,
        new JobWorkers(store, calls, config, callbacks),
        new CallbackRules(config.callbacks()));
  }

  private record CachedBacklog(long atNanos, CompletableFuture<Backlog> backlog) {}

  private final GatewayRuntime runtime;
  private final JobStore store;
  private final StoredCalls calls;
  private final JobWorkers workers;
  private final CallbackRules callbackRules;
  private final MemoryBudget bodies;
  private final RandomGenerator random = new SecureRandom();
  private final ConcurrentMap<String, CachedBacklog> backlogs = new ConcurrentHashMap<>();

  private JobService(
      GatewayRuntime runtime,
      JobStore store,
      StoredCalls calls,
      JobWorkers workers,
      CallbackRules callbackRules) {
    this.runtime = runtime;
    this.store = store;
    this.calls = calls;
    this.workers = workers;
    this.callbackRules = callbackRules;
    this.bodies = runtime.memory().quarter();
  }

  CallbackRules callbackRules() {
    return callbackRules;
  }

  /** What may be held of requests that the store has not taken yet. */
  MemoryBudget bodies() {
    return bodies;
  }

  public JobWorkers workers() {
    return workers;
  }

  JobId nextId() {
    return JobId.next(WallClock.now(), random);
  }

  /** Keeps a job, and sees to it that it is begun soon. */
  CompletableFuture<Accepted> accept(NewJob job) {
    return store
        .enqueue(job)
        .whenComplete(
            (accepted, e) -> {
              if (e == null) {
                workers.wake(job.job().route());
              }
            });
  }

  /**
   * When a call that is left now would be answered, as far as can be foreseen.
   *
   * <pre>
   * ETA = max(tokens ahead / (r * 0.7), jobs ahead / 32 * usual) + usual
   * </pre>
   *
   * <p>r is what the route's targets bring, 0.7 the least that direct calls leave of it to stored
   * ones, 32 how many are made at a time, and usual how long such a call takes.
   */
  CompletableFuture<Duration> eta(Route route, Call call) {
    double rate = calls.tokensPerSecond(route);
    Duration usual = calls.usual(route, call);
    double share = 1 - Priority.BATCH.headRoom();
    return backlog(route.name())
        .thenApply(
            backlog -> {
              Duration byTokens = backlog.eta(call.priority(), rate, share);
              Duration byPlaces =
                  usual
                      .multipliedBy(backlog.jobs())
                      .dividedBy(WorkerSettings.DEFAULTS.concurrency());
              return (byTokens.compareTo(byPlaces) > 0 ? byTokens : byPlaces).plus(usual);
            });
  }

  private CompletableFuture<Backlog> backlog(String route) {
    long now = runtime.ticker().nanos();
    CachedBacklog cached =
        backlogs.compute(
            route,
            (name, old) ->
                old != null && now - old.atNanos < BACKLOG_LIFETIME.toNanos()
                    ? old
                    : new CachedBacklog(now, store.backlog(name)));
    return cached.backlog;
  }

  /** The job, if it is there and that caller may see it. */
  CompletableFuture<Optional<StoredJob>> find(JobId id, Caller caller) {
    return store.find(id).thenApply(found -> found.filter(job -> isOf(job, caller)));
  }

  private static boolean isOf(StoredJob job, Caller caller) {
    return caller.admin() || job.job().tenant().name().equals(caller.name());
  }

  CompletableFuture<Optional<JobResult>> result(JobId id) {
    return store.result(id);
  }

  CompletableFuture<JobPage> list(JobQuery query) {
    return store.list(query);
  }

  CompletableFuture<StoredJob> cancel(JobId id) {
    return store
        .cancel(id)
        .whenComplete(
            (job, e) -> {
              if (e == null) {
                workers.cancelled(id);
              }
            });
  }

  CompletableFuture<StoredJob> redrive(StoredJob job) {
    RouteConfig route = runtime.snapshot().config().routes().get(job.job().route());
    Duration time =
        Optional.ofNullable(route)
            .flatMap(RouteConfig::queue)
            .orElse(RouteConfig.Queue.DEFAULTS)
            .expireAfter();
    Instant expires = WallClock.now().plus(time);
    return store
        .redrive(job.id(), expires)
        .whenComplete(
            (queued, e) -> {
              if (e == null) {
                workers.wake(job.job().route());
              }
            });
  }

  @Override
  public QueueReading reading() {
    return workers.figures().reading();
  }

  @Override
  public void follow(GatewayConfig config) {
    workers.follow(config);
  }
}
