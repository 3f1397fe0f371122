package dev.forebay.jobs;

import dev.forebay.jobs.JobState.Running;
import java.time.Instant;
import java.util.Optional;

/**
 * A job as a store has it.
 *
 * @param attempts how many times it really failed; a throttle is no failure
 * @param takes how many times it was taken, for whatever end
 * @param bytes what it occupies: its request while it may run, its result when it has one
 */
public record StoredJob(Job job, JobState state, int attempts, int takes, long bytes) {
  /**
   * How many times it was made to an end: each real failure, and the answer. A throttle is none of
   * these, and what is under way is not counted yet.
   */
  public int attemptsEnded() {
    return state.status() == JobStatus.DONE ? attempts + 1 : attempts;
  }

  /** The job's name. */
  public JobId id() {
    return job.id();
  }

  /** The lease of the worker that runs it now. */
  public Optional<Lease> lease() {
    return state instanceof Running running ? Optional.of(running.lease()) : Optional.empty();
  }

  public boolean isExpired(Instant now) {
    return !job.expires().isAfter(now);
  }

  public StoredJob in(JobState next) {
    return new StoredJob(job, next, attempts, takes, bytes);
  }

  public StoredJob taken(JobState.Queued queued, String owner, Instant until) {
    Lease next = new Lease(id(), owner, takes + 1);
    return new StoredJob(job, queued.take(next, until), attempts, next.number(), bytes);
  }

  public StoredJob withAttempts(int number) {
    return new StoredJob(job, state, number, takes, bytes);
  }

  public StoredJob withBytes(long number) {
    return new StoredJob(job, state, attempts, takes, number);
  }

  public StoredJob expiring(Instant later) {
    return new StoredJob(job.expiring(later), state, attempts, takes, bytes);
  }
}
