package dev.forebay.cli.demo;

import java.util.List;
import java.util.Locale;

/**
 * What became of the queue after the last direct call.
 *
 * @param left jobs that were not over when the demo waited no longer
 * @param atNanos the time of the run when it was seen to be empty, or given up
 */
record Drained(long left, long atNanos) {
  /** For the report's subtitle, if anything was queued. */
  String text(long queued) {
    return queued == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "; %d batch calls were queued and done, the last by minute %.1f",
            queued,
            atNanos / 60e9);
  }

  List<String> warnings() {
    return left == 0
        ? List.of()
        : List.of("%d queued calls were not done in time and count as given up".formatted(left));
  }
}
