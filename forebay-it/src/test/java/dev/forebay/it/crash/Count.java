package dev.forebay.it.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobPage;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoredJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What became of all jobs of a run.
 *
 * @param acknowledged jobs whose callers got an acceptance
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
  /** Counts what is in the store against what was acknowledged. */
  static Count of(String name, int kills, JobStore store, Ledger ledger, int begun) {
    int lost = 0;
    int twice = ledger.storedTwice().size();
    for (String id : ledger.acknowledged()) {
      Optional<StoredJob> job = store.find(new JobId(id)).join();
      if (job.isEmpty() || store.result(new JobId(id)).join().isEmpty()) {
        lost++;
      }
    }
    for (Map.Entry<String, String> stored : ledger.stored().entrySet()) {
      Optional<JobResult> result = store.result(new JobId(stored.getKey())).join();
      String token = result.map(r -> new String(r.body().bytes(), UTF_8)).orElse("");
      if (!token.equals(stored.getValue())) {
        twice++;
      }
    }
    List<StoredJob> all = all(store);
    return new Count(
        name,
        kills,
        ledger.acknowledged().size(),
        all.size(),
        (int) all.stream().filter(job -> job.state().status() == JobStatus.DONE).count(),
        lost,
        twice,
        begun,
        (int) all.stream().filter(job -> job.takes() > 1).count());
  }

  private static List<StoredJob> all(JobStore store) {
    List<StoredJob> all = new ArrayList<>();
    Optional<JobId> after = Optional.empty();
    do {
      JobPage page =
          store.list(new JobQuery(Optional.empty(), Optional.empty(), 1_000, after)).join();
      all.addAll(page.jobs());
      after = page.next();
    } while (after.isPresent());
    return all;
  }

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
