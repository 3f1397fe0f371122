package dev.forebay.cli.crash;

import java.util.List;
import java.util.Locale;

/**
 * What became of all jobs of a run.
 *
 * @param acknowledged jobs whose callers were told that they were accepted
 * @param jobs all that are in the store, those included whose callers were killed before they heard
 * @param done of all of them
 * @param lost acknowledged, and not in the store or without an answer
 * @param twice with an answer that was stored again, or changed
 * @param executions calls that were begun
 * @param handedOver jobs that were taken more than once
 */
record Count(
    String store,
    int kills,
    int acknowledged,
    int jobs,
    int done,
    int lost,
    int twice,
    int executions,
    int handedOver) {
  static String table(List<Count> counts) {
    StringBuilder text =
        new StringBuilder(
            "%-22s %6s %8s %8s %8s %6s %6s %8s %8s%n"
                .formatted(
                    "", "kills", "acked", "jobs", "done", "lost", "twice", "begun", "retaken"));
    for (Count c : counts) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-22s %6d %8d %8d %8d %6d %6d %8d %8d%n",
              c.store,
              c.kills,
              c.acknowledged,
              c.jobs,
              c.done,
              c.lost,
              c.twice,
              c.executions,
              c.handedOver));
    }
    return text.toString();
  }
}
