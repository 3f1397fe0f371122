package dev.forebay.client;

import java.time.Duration;

/**
 * For {@link Work} by other HTTP clients than AWS's: the service answered with this status. 429 is
 * a throttle, 503 a lack of capacity, 408 a timeout, other 5xx a failure of the service; all of
 * these are tried again. Other 4xx end the call, but for 401, 403 and 404, which concern the target
 * alone.
 */
public final class WorkStatusException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final Duration retryAfter;

  /**
   * A status without a hint.
   *
   * @param status 400 to 599
   */
  public WorkStatusException(int status, String message) {
    this(status, message, Duration.ZERO);
  }

  /**
   * A status with the service's own {@code Retry-After}.
   *
   * @param status 400 to 599
   * @param retryAfter zero if there is none
   */
  public WorkStatusException(int status, String message, Duration retryAfter) {
    super(message);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400 to 599, was " + status);
    }
    this.status = status;
    this.retryAfter = retryAfter;
  }

  public int status() {
    return status;
  }

  /** Zero if the service gave none. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
