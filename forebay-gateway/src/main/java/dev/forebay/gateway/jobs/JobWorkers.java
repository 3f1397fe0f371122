package dev.forebay.gateway.jobs;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.JobsConfig;
import dev.forebay.engine.WallClock;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.ScheduledTimers;
import dev.forebay.jobs.sql.Housekeeping;
import dev.forebay.jobs.worker.Worker;
import dev.forebay.jobs.worker.WorkerContext;
import dev.forebay.jobs.worker.WorkerSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where queued calls are made: a worker for each route that has a queue, and the chores around
 * them. Thread-safe.
 */
public final class JobWorkers {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final JobStore store;
  private final StoredCalls calls;
  private final ScheduledTimers timers = new ScheduledTimers();
  private final WorkerContext place;
  private final Housekeeping housekeeping;
  private final @Nullable Callbacks callbacks;
  private final QueueFigures figures = new QueueFigures(WallClock::now);
  private final ConcurrentMap<String, Worker> workers = new ConcurrentHashMap<>();
  private volatile boolean stopped;

  JobWorkers(JobStore store, StoredCalls calls, JobsConfig config, @Nullable Callbacks callbacks) {
    this.store = store;
    this.calls = calls;
    this.callbacks = callbacks;
    SecureRandom random = new SecureRandom();
    this.place =
        new WorkerContext(
            store,
            calls,
            WorkerSettings.DEFAULTS,
            timers,
            WallClock::now,
            "gateway-" + owner(random),
            random);
    this.housekeeping =
        new Housekeeping(store, config.retention(), timers, WallClock::now, this::wakeAll);
  }

  public void start(GatewayConfig config) {
    follow(config);
    housekeeping.start();
    readFigures();
    if (callbacks != null) {
      deliver(callbacks);
    }
  }

  /** Has a worker for each route that has a queue; those of other routes go on with what waits. */
  void follow(GatewayConfig config) {
    config
        .routes()
        .forEach(
            (name, route) -> {
              if (route.queue().isPresent() && !stopped) {
                workers.computeIfAbsent(name, any -> new Worker(name, calls, place)).wake();
              }
            });
  }

  /** There is a new job. */
  void wake(String route) {
    Worker worker = workers.get(route);
    if (worker != null) {
      worker.wake();
    }
  }

  private void wakeAll() {
    workers.values().forEach(Worker::wake);
  }

  /** A job was cancelled: its call is given up, if it is made here. */
  void cancelled(JobId id) {
    workers.values().forEach(worker -> worker.cancelled(id));
  }

  /** What the store held a moment ago. */
  public QueueFigures figures() {
    return figures;
  }

  /** How many jobs are under way here. */
  public int running() {
    return workers.values().stream().mapToInt(Worker::running).sum();
  }

  /**
   * Takes no more jobs, lets those under way end for a while, and gives the others back.
   *
   * @return completes when none is left
   */
  public CompletableFuture<Void> drain(Duration grace) {
    stopped = true;
    housekeeping.stop();
    return CompletableFuture.allOf(
            workers.values().stream()
                .map(worker -> worker.drain(grace))
                .toArray(CompletableFuture<?>[]::new))
        .whenComplete((done, e) -> timers.close());
  }

  private void readFigures() {
    if (!stopped) {
      CompletableFuture<Void> unused =
          store
              .stats()
              .handle(
                  (stats, e) -> {
                    if (e == null) {
                      figures.saw(stats);
                    } else {
                      figures.lost(e);
                    }
                    timers.after(PERIOD, this::readFigures);
                    return null;
                  });
    }
  }

  private void deliver(Callbacks due) {
    if (!stopped) {
      CompletableFuture<Void> unused =
          due.deliver()
              .handle(
                  (done, e) -> {
                    timers.after(PERIOD, () -> deliver(due));
                    return null;
                  });
    }
  }

  private static String owner(RandomGenerator random) {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
