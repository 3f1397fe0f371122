package dev.forebay.cli.demo;

import dev.forebay.simulator.Policy;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.report.Quantiles;
import java.util.Arrays;
import java.util.List;

/**
 * How one policy stands in the middle of the run. Calls of the warm-up do not count.
 *
 * @param arrived calls that have come, the warm-up's included
 * @param open calls that have not ended
 * @param waiting those of them that have no request under way
 * @param queued left for later, done or not
 * @param first waits for the first content so far
 * @param throttled answers with 429 that Bedrock has given
 */
public record LaneView(
    Policy policy,
    int arrived,
    int open,
    int waiting,
    long ended,
    long primary,
    long fallback,
    long refused,
    long gaveUp,
    long queued,
    Quantiles first,
    long throttled) {
  static LaneView of(
      Policy policy, int arrived, int open, int waiting, List<Ended> ended, Scenario scenario) {
    long[] ends = new long[Ended.End.values().length];
    long counted = 0;
    long[] waits = new long[ended.size()];
    int answers = 0;
    for (Ended call : ended) {
      if (call.call().atNanos() >= scenario.warmUp().toNanos()) {
        counted++;
        switch (call.end()) {
          case PRIMARY -> ends[0]++;
          case FALLBACK -> ends[1]++;
          case REFUSED -> ends[2]++;
          case GAVE_UP -> ends[3]++;
          case QUEUED -> ends[4]++;
        }
        if (call.answered()) {
          waits[answers++] = call.firstContent();
        }
      }
    }
    Quantiles first = Quantiles.ofNanos(Arrays.copyOf(waits, answers));
    return new LaneView(
        policy, arrived, open, waiting, counted, ends[0], ends[1], ends[2], ends[3], ends[4], first,
        0);
  }

  /** With what only Bedrock and the gateway know. */
  LaneView with(int waitingNow, long throttledSoFar) {
    return new LaneView(
        policy,
        arrived,
        open,
        waitingNow,
        ended,
        primary,
        fallback,
        refused,
        gaveUp,
        queued,
        first,
        throttledSoFar);
  }

  public long answered() {
    return primary + fallback;
  }
}
