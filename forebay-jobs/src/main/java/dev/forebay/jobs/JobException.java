package dev.forebay.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Why a store did not do what it was asked. The message is for the caller or the operator, and
 * holds nothing of a prompt or an answer.
 */
public abstract sealed class JobException extends RuntimeException {
  private static final long serialVersionUID = 1;

  JobException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** There is no such job, or no more. */
  public static final class Unknown extends JobException {
    private static final long serialVersionUID = 1;

    public Unknown(JobId id) {
      super("there is no job " + id + "; finished jobs are kept for a limited time", null);
    }
  }

  /** The job's state does not allow it. */
  public static final class WrongState extends JobException {
    private static final long serialVersionUID = 1;

    public WrongState(String message) {
      super(message, null);
    }
  }

  /** The same Idempotency-Key came with another request. */
  public static final class KeyReused extends JobException {
    private static final long serialVersionUID = 1;

    public KeyReused(JobId first) {
      super(
          "the Idempotency-Key was used for a different request, job "
              + first
              + "; send a new key with a new request",
          null);
    }
  }

  /** The request is larger than a job may be. */
  public static final class TooLarge extends JobException {
    private static final long serialVersionUID = 1;

    public TooLarge(long bytes, long limit) {
      super("the request has " + bytes + " bytes; a job may have " + limit, null);
    }
  }

  /** The store holds as many jobs or bytes as it may. */
  public static final class Full extends JobException {
    private static final long serialVersionUID = 1;

    public Full(String message) {
      super(message, null);
    }
  }

  /** The store cannot be used now: its disk is full, it is out of reach, overloaded or closed. */
  public static final class Unavailable extends JobException {
    private static final long serialVersionUID = 1;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
