package dev.forebay.cli.demo;

import dev.forebay.simulator.PlannedCall;

/**
 * A call that is over. Times are from the start of the run.
 *
 * @param attempts requests that reached Bedrock for it
 * @param target who answered, by its place in the ladder; -1 for nobody
 * @param sentNanos when the first request left the program; -1 if none did
 */
record Ended(
    PlannedCall call,
    End end,
    int attempts,
    int target,
    long sentNanos,
    long contentNanos,
    long endNanos) {
  /** The ways in which a call ends. */
  enum End {
    PRIMARY,
    FALLBACK,
    REFUSED,
    GAVE_UP
  }

  boolean answered() {
    return end == End.PRIMARY || end == End.FALLBACK;
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
