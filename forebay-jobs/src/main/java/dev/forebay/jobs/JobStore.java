package dev.forebay.jobs;

import dev.forebay.core.Checks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps jobs and their results. No method blocks; each future completes on a thread of the store's
 * when the change is durable, or exceptionally with a {@link JobException}. Thread-safe, and
 * several processes may use the same store if its kind allows.
 *
 * <p>Methods with a {@link Lease} change nothing and say {@code false} when it is held no more: the
 * job was handed over, cancelled or has ended.
 */
public interface JobStore extends AutoCloseable {
  /**
   * Accepts a job.
   *
   * @return the job, or the earlier one of the same tenant and Idempotency-Key
   */
  CompletableFuture<Accepted> enqueue(NewJob job);

  /**
   * Leases out queued jobs that may run now: the most urgent class first, then the tenant that was
   * given the fewest tokens for its weight, then what expires first.
   */
  CompletableFuture<List<TakenJob>> take(Take take);

  /** Keeps the job for that long from now on. */
  CompletableFuture<Boolean> renew(Lease lease, Duration length);

  /** Stores the result and ends the job. */
  CompletableFuture<Boolean> complete(Lease lease, JobResult result);

  /** Back to the queue without counting an attempt, as after a throttle or when shutting down. */
  CompletableFuture<Boolean> release(Lease lease, Instant notBefore);

  /** Counts a failed attempt: back to the queue, or a dead letter when there were too many. */
  CompletableFuture<Boolean> fail(Lease lease, Failure failure);

  /**
   * Ends a job that has not ended; a job that is cancelled already stays so.
   *
   * @throws JobException.Unknown within the future
   * @throws JobException.WrongState within the future, if it has ended otherwise
   */
  CompletableFuture<StoredJob> cancel(JobId id);

  /**
   * Queues a dead letter again, with all its attempts.
   *
   * @throws JobException.Unknown within the future
   * @throws JobException.WrongState within the future, if it is no dead letter
   */
  CompletableFuture<StoredJob> redrive(JobId id, Instant expires);

  /**
   * Ends jobs that have expired and queues those again whose lease has ended, as much as one
   * transaction should hold.
   */
  CompletableFuture<Swept> sweep();

  /**
   * Removes jobs that ended before that time, as many as one transaction should hold.
   *
   * @return how many
   */
  CompletableFuture<Integer> forget(Instant endedBefore);

  /** The job, if there is one. */
  CompletableFuture<Optional<StoredJob>> find(JobId id);

  /** The job's result, if it has one. */
  CompletableFuture<Optional<JobResult>> result(JobId id);

  /** Jobs, the newest first. */
  CompletableFuture<JobPage> list(JobQuery query);

  /** What there is. */
  CompletableFuture<StoreStats> stats();

  /** What waits on a route. */
  CompletableFuture<Backlog> backlog(String route);

  /** Leases out callbacks that are due, each until that long from now. */
  CompletableFuture<List<DueCallback>> dueCallbacks(int max, Duration lease);

  /** The callback was delivered, or is given up: it is due no more. */
  CompletableFuture<Void> settleCallback(JobId id);

  /** Tries the callback again at that time. */
  CompletableFuture<Void> retryCallback(JobId id, Instant due);

  /** Finishes what was asked for and lets go of the files or connections. Waits. */
  @Override
  void close();

  /**
   * An accepted job.
   *
   * @param created false: it was accepted before
   */
  record Accepted(StoredJob job, boolean created) {}

  /**
   * Which jobs to lease.
   *
   * @param max how many at most, 1 to 1,000
   * @param owner the process
   * @param lease for how long, unless renewed
   */
  record Take(String route, int max, String owner, Duration lease) {
    public Take {
      Checks.check(max >= 1 && max <= 1_000, "max", "must be 1 to 1,000", max);
      Checks.check(lease.isPositive(), "lease", "must be positive", lease);
    }
  }

  /** A leased job with its request. */
  record TakenJob(StoredJob stored, Lease lease, JobRequest request) {}

  /**
   * A failed attempt.
   *
   * @param reason without anything of the prompt or the answer
   * @param maxAttempts with how many failed attempts it is a dead letter; 1: at once
   * @param retryAt when it may run again
   * @param answer what the model said, kept for a dead letter's caller
   */
  record Failure(String reason, int maxAttempts, Instant retryAt, Optional<JobResult> answer) {
    public Failure {
      Checks.check(!reason.isBlank(), "reason", "must not be blank", reason);
      Checks.check(maxAttempts >= 1, "maxAttempts", "must be at least 1", maxAttempts);
    }
  }

  /**
   * What a sweep did.
   *
   * @param expired how many jobs ended so
   * @param handedOver how many leases had run out
   * @param more whether there is more to do at once
   */
  record Swept(int expired, int handedOver, boolean more) {}

  /**
   * A callback to make.
   *
   * @param attempts how many were made before
   */
  record DueCallback(StoredJob stored, int attempts) {}
}
