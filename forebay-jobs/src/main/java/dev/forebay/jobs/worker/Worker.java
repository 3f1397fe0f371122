package dev.forebay.jobs.worker;

import dev.forebay.jobs.Backlog;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.ResettableTimer;
import dev.forebay.jobs.worker.Capacity.Later;
import dev.forebay.jobs.worker.Capacity.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Drains a route's queue as capacity allows: asks for room first, and only then takes jobs.
 *
 * <pre>
 * k = min(10, room for jobs of the mean size, free places)
 * </pre>
 *
 * <p>Without room it waits as long as it was told; when a call finds none after all, its job goes
 * back to the queue, and no other is taken for as long. Thread-safe; blocks no thread.
 */
public final class Worker implements LeasedJob.Listener {
  /** A store that does not take jobs back in this time will do so when their leases lapse. */
  private static final Duration GIVE_BACK = Duration.ofSeconds(2);

  private final String route;
  private final Capacity capacity;
  private final WorkerContext place;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<JobId, LeasedJob> underway = new HashMap<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final ResettableTimer alarm;
  private Instant notBefore = Instant.EPOCH;
  private boolean isLooking;
  private boolean isWoken;
  private boolean isStopping;

  /** A worker that does nothing before it is woken. */
  public Worker(String route, Capacity capacity, WorkerContext place) {
    this.route = route;
    this.capacity = capacity;
    this.place = place;
    this.alarm = new ResettableTimer(place.timers(), this::wake);
  }

  /** Looks for work now: there are new jobs, there is capacity, or it should begin. */
  public void wake() {
    Duration pause;
    lock.lock();
    try {
      if (isStopping) {
        return;
      }
      if (isLooking) {
        isWoken = true;
        return;
      }
      int free = place.settings().concurrency() - underway.size();
      if (free <= 0) {
        return;
      }
      pause = Duration.between(place.clock().instant(), notBefore);
      if (!pause.isPositive()) {
        isLooking = true;
      }
    } finally {
      lock.unlock();
    }
    if (pause.isPositive()) {
      alarm.set(pause);
    } else {
      look();
    }
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private void look() {
    CompletableFuture<Void> unused =
        place
            .store()
            .backlog(route)
            .thenCompose(this::take)
            .handle(
                (delay, e) -> {
                  looked(e == null ? delay : place.settings().poll());
                  return null;
                });
  }

  /** For how long to look no more; zero: there may be more to do. */
  private CompletableFuture<Duration> take(Backlog backlog) {
    int wanted = Math.min(WorkerSettings.MAX_TAKE, freePlaces());
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

  private int freePlaces() {
    lock.lock();
    try {
      return Math.max(0, place.settings().concurrency() - underway.size());
    } finally {
      lock.unlock();
    }
  }

  private Duration begin(List<TakenJob> jobs) {
    for (TakenJob job : jobs) {
      LeasedJob next = new LeasedJob(job, place, this);
      boolean stopping;
      lock.lock();
      try {
        underway.put(next.id(), next);
        stopping = isStopping;
      } finally {
        lock.unlock();
      }
      if (stopping) {
        next.giveBack();
      } else {
        next.begin();
      }
    }
    return jobs.isEmpty() ? place.settings().poll() : Duration.ZERO;
  }

  private void looked(Duration delay) {
    boolean again;
    lock.lock();
    try {
      isLooking = false;
      again = isWoken || delay.isZero();
      isWoken = false;
    } finally {
      lock.unlock();
    }
    if (again) {
      wake();
    } else {
      alarm.set(delay);
    }
    endIfDrained();
  }

  @Override
  public void over(LeasedJob job) {
    lock.lock();
    try {
      underway.remove(job.id(), job);
    } finally {
      lock.unlock();
    }
    wake();
    endIfDrained();
  }

  @Override
  public void noCapacity(Duration delay) {
    lock.lock();
    try {
      notBefore = later(notBefore, place.clock().instant().plus(delay));
    } finally {
      lock.unlock();
    }
  }

  /** Gives up a job's call at once, if it is under way here: the store has it cancelled. */
  public void cancelled(JobId id) {
    LeasedJob job;
    lock.lock();
    try {
      job = underway.get(id);
    } finally {
      lock.unlock();
    }
    if (job != null) {
      job.lose();
    }
  }

  /** How many jobs are under way. */
  public int running() {
    lock.lock();
    try {
      return underway.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more jobs, lets those under way end for a while, and then gives them back to the
   * queue.
   *
   * @return completes when none is left, or when the store has not taken them back in two seconds
   *     more
   */
  public CompletableFuture<Void> drain(Duration grace) {
    lock.lock();
    try {
      isStopping = true;
    } finally {
      lock.unlock();
    }
    if (grace.isPositive()) {
      place.timers().after(grace, this::giveBackAll);
    } else {
      giveBackAll();
    }
    place.timers().after(grace.plus(GIVE_BACK), () -> drained.complete(null));
    endIfDrained();
    return drained;
  }

  private void giveBackAll() {
    List<LeasedJob> all;
    lock.lock();
    try {
      all = new ArrayList<>(underway.values());
    } finally {
      lock.unlock();
    }
    all.forEach(LeasedJob::giveBack);
  }

  private void endIfDrained() {
    boolean none;
    lock.lock();
    try {
      none = isStopping && !isLooking && underway.isEmpty();
    } finally {
      lock.unlock();
    }
    if (none) {
      drained.complete(null);
    }
  }
}
