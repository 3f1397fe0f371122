package dev.forebay.cli.demo;

import dev.forebay.jobs.JobId;
import dev.forebay.simulator.PlannedCall;
import java.util.Optional;

/**
 * A call that is over. Times are from the start of the run.
 *
 * @param attempts requests that reached Bedrock for it
 * @param target who answered, by its place in the ladder; -1 for none
 * @param sentNanos when the first request left the program; -1 if none did
 * @param job its name in the queue, if it was left there
 */
record Ended(
    PlannedCall call,
    End end,
    int attempts,
    int target,
    long sentNanos,
    long contentNanos,
    long endNanos,
    Optional<JobId> job) {
  /** The ways in which a call ends. */
  enum End {
    PRIMARY,
    FALLBACK,
    REFUSED,
    GAVE_UP,
    /** Refused, then left in the queue, and done later. */
    QUEUED
  }

  boolean answered() {
    return end == End.PRIMARY || end == End.FALLBACK;
  }

  /** The same call, whose job was not done in the end. */
  Ended neverDone() {
    return new Ended(
        call, End.GAVE_UP, attempts, target, sentNanos, contentNanos, endNanos, Optional.empty());
  }

  /** From the arrival, as planned, to the first content. */
  long firstContent() {
    return contentNanos - call.atNanos();
  }

  /** From the arrival to the end. */
  long took() {
    return endNanos - call.atNanos();
  }
}
