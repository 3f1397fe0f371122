package dev.forebay.jobs;

import java.time.Instant;

/**
 * Where a job stands, and where it can go from there: a transition that is no method does not
 * exist.
 *
 * <pre>
 * queued   take -> running     cancel -> cancelled   expire -> expired
 * running  complete -> done    release -> queued     fail -> failed
 *          renew -> running    cancel -> cancelled   expire -> expired (its lease has ended)
 * failed   redrive -> queued
 * </pre>
 */
public sealed interface JobState {
  /** The state's name. */
  JobStatus status();

  /**
   * Waits for capacity.
   *
   * @param notBefore when it may run at the earliest
   */
  record Queued(Instant notBefore) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.QUEUED;
    }

    Running take(Lease lease, Instant until) {
      return new Running(lease, until);
    }

    public Cancelled cancel(Instant now) {
      return new Cancelled(now);
    }

    public Expired expire(Instant now) {
      return new Expired(now);
    }
  }

  /**
   * Is worked on.
   *
   * @param until when another may take it, unless the lease is renewed
   */
  record Running(Lease lease, Instant until) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.RUNNING;
    }

    Running renew(Instant later) {
      return new Running(lease, later);
    }

    public Done complete(Instant now) {
      return new Done(now);
    }

    /**
     * Back to the queue: because there is no capacity, to try again, or because the lease has
     * ended.
     */
    public Queued release(Instant notBefore) {
      return new Queued(notBefore);
    }

    public Failed fail(String reason, Instant now) {
      return new Failed(reason, now);
    }

    public Cancelled cancel(Instant now) {
      return new Cancelled(now);
    }

    public Expired expire(Instant now) {
      return new Expired(now);
    }
  }

  /** Has its result. */
  record Done(Instant at) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.DONE;
    }
  }

  /**
   * A dead letter: was tried, and is not tried again until it is redriven.
   *
   * @param reason the last failure, without anything of the prompt or the answer
   */
  record Failed(String reason, Instant at) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.FAILED;
    }

    public Queued redrive(Instant now) {
      return new Queued(now);
    }
  }

  /** It expired before it had a result. */
  record Expired(Instant at) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.EXPIRED;
    }
  }

  /** Its caller did not want it any more. */
  record Cancelled(Instant at) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.CANCELLED;
    }
  }
}
