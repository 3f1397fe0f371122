package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/** A usual client's retry logic, with what it shares between the calls of one program. */
interface RetryLoop {
  /** No further attempt. */
  long STOP = -1;

  /**
   * The wait before another attempt on the same target, or {@link #STOP}.
   *
   * @param failures how many attempts on it have failed, at least 1
   * @param status of the last one; 0 if none was sent
   * @param state what this loop remembers of the call
   */
  long delayNanos(int failures, int status, CallState state, RandomGenerator random);

  /** Whether a request may be sent at all. */
  default boolean admits(long now) {
    return true;
  }

  /** How long the client holds a request back that it may send, 0 to send it now. */
  default long holdNanos(CallState state, long now) {
    return 0;
  }

  /** A request that was admitted is over; giving up is no success. */
  default void ended(boolean success, long now) {}

  /** What the service replied, 200 for an answer. */
  default void replied(int status, long now) {}

  /** The call has its answer. */
  default void answered(CallState state) {}

  default double breaker(long now) {
    return 0;
  }

  /** What a loop remembers of one call. */
  final class CallState {
    int held;

    /** Tokens that the service will reserve for the call. */
    long tokens;

    /** How long the call has been under way. */
    long sinceStartNanos;
  }
}
