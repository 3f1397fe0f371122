package dev.forebay.jobs.worker;

import dev.forebay.core.Jitter;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStore.Failure;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.worker.JobRunner.Answered;
import dev.forebay.jobs.worker.JobRunner.Broken;
import dev.forebay.jobs.worker.JobRunner.End;
import dev.forebay.jobs.worker.JobRunner.NoCapacity;
import dev.forebay.jobs.worker.JobRunner.Postponed;
import dev.forebay.jobs.worker.JobRunner.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job held by a worker: a last check whether it is still wanted, its call, lease renewals, and
 * what its end means to the store. Thread-safe: the thread that changes the phase does what
 * follows.
 */
final class LeasedJob {
  private static final Logger log = LoggerFactory.getLogger(LeasedJob.class);
  private static final Duration SETTLE_AGAIN = Duration.ofSeconds(2);

  /** A store that is back gets what it missed soon. */
  private static final Duration MAX_SETTLE_PAUSE = Duration.ofSeconds(5);

  /** About four minutes: a longer outage costs a second call, not a second answer. */
  private static final int MAX_SETTLES = 64;

  /** Receives its events. */
  interface Listener {
    /** Nothing more comes of it: its place is free. */
    void over(LeasedJob job);

    /** The route has no capacity for that long. */
    void noCapacity(Duration delay);
  }

  private enum Phase {
    TAKEN,
    RUNNING,
    SETTLING,
    OVER
  }

  private final TakenJob job;
  private final WorkerContext place;
  private final Listener listener;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.TAKEN);
  private final RunningCall call;
  private final Heartbeat heartbeat;

  LeasedJob(TakenJob job, WorkerContext place, Listener listener) {
    this.job = job;
    this.place = place;
    this.listener = listener;
    this.call = new RunningCall(place.runner());
    this.heartbeat =
        new Heartbeat(
            place.timers(),
            place.settings().lease(),
            () -> !is(Phase.OVER),
            this::renew,
            this::lose);
  }

  JobId id() {
    return job.stored().id();
  }

  /** Renews the lease first, which fails if the job was cancelled since it was taken. */
  void begin() {
    heartbeat.begin();
    observe(
        renew(),
        (held, e) -> {
          if (e != null || (held != null && held && isExpired())) {
            giveBack();
          } else if (held != null && held) {
            start();
          } else {
            lose();
          }
        });
  }

  private boolean isExpired() {
    return job.stored().isExpired(place.clock().instant());
  }

  private void start() {
    if (move(Phase.TAKEN, Phase.RUNNING)) {
      call.start(job, () -> is(Phase.RUNNING), this::ended);
    }
  }

  private CompletableFuture<Boolean> renew() {
    return place.store().renew(job.lease(), place.settings().lease());
  }

  private void ended(End end) {
    if (move(Phase.RUNNING, Phase.SETTLING)) {
      if (end instanceof NoCapacity none) {
        listener.noCapacity(none.delay());
      }
      settle(() -> store(end), 0);
    }
  }

  private CompletableFuture<Boolean> store(End end) {
    JobStore store = place.store();
    Instant now = place.clock().instant();
    return switch (end) {
      case Answered answered -> store.complete(job.lease(), answered.result());
      case Refused refused ->
          store.fail(job.lease(), new Failure(refused.reason(), 1, now, refused.answer()));
      case NoCapacity none -> store.release(job.lease(), now.plus(none.delay()));
      case Postponed later -> store.release(job.lease(), now.plus(later.delay()));
      case Broken broken ->
          store.fail(
              job.lease(),
              new Failure(
                  broken.reason(),
                  place.settings().maxAttempts(),
                  now.plus(Broken.backoff(job.stored().attempts(), place.random())),
                  Optional.empty()));
    };
  }

  /** Repeats a change that the store did not take, while the lease is renewed as before. */
  private void settle(Supplier<CompletableFuture<Boolean>> change, int tries) {
    observe(
        change.get(),
        (held, e) -> {
          if (e == null) {
            finish();
          } else if (tries + 1 < MAX_SETTLES) {
            Duration pause =
                Jitter.EQUAL.delay(SETTLE_AGAIN, MAX_SETTLE_PAUSE, tries, place.random());
            place.timers().after(pause, () -> settle(change, tries + 1));
          } else {
            log.warn("Job {} runs again, its end could not be stored: {}", id(), message(e));
            finish();
          }
        });
  }

  private static String message(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof JobException known
        ? String.valueOf(known.getMessage())
        : cause.getClass().getSimpleName();
  }

  /** The lease is lost: cancels the call. */
  void lose() {
    if (move(Phase.TAKEN, Phase.OVER) || move(Phase.RUNNING, Phase.OVER)) {
      call.cancel();
      listener.over(this);
    }
  }

  /** Back to the queue at once, unless it has just ended. */
  void giveBack() {
    if (move(Phase.TAKEN, Phase.SETTLING) || move(Phase.RUNNING, Phase.SETTLING)) {
      call.cancel();
      settle(() -> place.store().release(job.lease(), place.clock().instant()), 0);
    }
  }

  private void finish() {
    if (move(Phase.SETTLING, Phase.OVER)) {
      call.settled();
      listener.over(this);
    }
  }

  private boolean is(Phase asked) {
    return phase.get() == asked;
  }

  private boolean move(Phase from, Phase to) {
    return phase.compareAndSet(from, to);
  }

  private interface Seen<T> {
    void at(@Nullable T value, @Nullable Throwable error);
  }

  private static <T> void observe(CompletableFuture<T> future, Seen<T> seen) {
    CompletableFuture<T> unused = future.whenComplete(seen::at);
  }
}
