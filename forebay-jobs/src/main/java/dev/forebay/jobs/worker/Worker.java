package dev.forebay.jobs.worker;

import dev.forebay.jobs.Backlog;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.worker.Capacity.Later;
import dev.forebay.jobs.worker.Capacity.Now;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Drains a route's queue as capacity allows: asks for room first, and only then takes jobs.
 *
 * <pre>
 * k = min(10, room for jobs of the mean size, free places)
 * </pre>
 *
 * <p>Without room it waits for the time that {@link Capacity} names. When a call finds none after
 * all, its job goes back to the queue, and no other is taken for as long. Thread-safe; blocks no
 * thread.
 */
public final class Worker implements LeasedJob.Listener {
  /** A store that does not take jobs back in this time will do so when their leases lapse. */
  private static final Duration GIVE_BACK = Duration.ofSeconds(2);

  private final String route;
  private final Capacity capacity;
  private final WorkerContext place;
  private final PullLoop<JobId, LeasedJob> loop;

  /** A worker that does nothing before it is woken. */
  public Worker(String route, Capacity capacity, WorkerContext place) {
    this.route = route;
    this.capacity = capacity;
    this.place = place;
    this.loop =
        new PullLoop<>(
            place.settings().concurrency(),
            place.timers(),
            place.clock(),
            free -> place.store().backlog(route).thenCompose(this::take),
            place.settings().poll(),
            () -> {});
  }

  /** Looks for work now: there are new jobs, there is capacity, or it should begin. */
  public void wake() {
    loop.wake();
  }

  /** For how long to look no more; zero: there may be more to do. */
  private CompletableFuture<Duration> take(Backlog backlog) {
    int wanted = Math.min(WorkerSettings.MAX_TAKE, loop.free());
    if (backlog.jobs() == 0 || wanted == 0) {
      return CompletableFuture.completedFuture(place.settings().poll());
    }
    return switch (capacity.room(route, backlog.meanTokens().orElse(1L), wanted)) {
      case Later later -> CompletableFuture.completedFuture(later.delay());
      case Now now ->
          place
              .store()
              .take(
                  new Take(
                      route, Math.min(now.jobs(), wanted), place.owner(), place.settings().lease()))
              .thenApply(this::begin);
    };
  }

  private Duration begin(List<TakenJob> jobs) {
    for (TakenJob job : jobs) {
      LeasedJob next = new LeasedJob(job, place, this);
      loop.hold(next.id(), next);
      if (loop.isStopping()) {
        next.giveBack();
      } else {
        next.begin();
      }
    }
    return jobs.isEmpty() ? place.settings().poll() : Duration.ZERO;
  }

  @Override
  public void over(LeasedJob job) {
    loop.over(job.id(), job);
  }

  @Override
  public void noCapacity(Duration delay) {
    loop.pause(delay);
  }

  /** Gives up a job's call at once, if it is under way here: the store has it cancelled. */
  public void cancelled(JobId id) {
    LeasedJob job = loop.find(id);
    if (job != null) {
      job.lose();
    }
  }

  /** How many jobs are under way. */
  public int running() {
    return loop.size();
  }

  /**
   * Takes no more jobs, lets those under way end for a while, and then gives them back to the
   * queue.
   *
   * @return completes when none is left, or when the store has not taken them back in two seconds
   *     more
   */
  public CompletableFuture<Void> drain(Duration grace) {
    CompletableFuture<Void> drained = loop.stop();
    if (grace.isPositive()) {
      place.timers().after(grace, this::giveBackAll);
    } else {
      giveBackAll();
    }
    place.timers().after(grace.plus(GIVE_BACK), () -> drained.complete(null));
    return drained;
  }

  private void giveBackAll() {
    loop.all().forEach(LeasedJob::giveBack);
  }
}
