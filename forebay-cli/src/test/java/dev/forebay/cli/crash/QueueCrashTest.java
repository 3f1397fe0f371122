package dev.forebay.cli.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStores;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoreStats;
import dev.forebay.jobs.StoredJob;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes share a store; one of them after the other is killed by SIGKILL at a random moment,
 * with enqueueing and draining under way, and another one takes its place. In the end every job
 * that was acknowledged has its answer, once.
 *
 * <p>{@code -Dcrash.cycles=N} kills N times on each store, {@code -Dcrash.seed=N} at other moments.
 */
class QueueCrashTest {
  private static final int CYCLES = Integer.getInteger("crash.cycles", 4);
  private static final int MAX_PAUSE_MS = 1_200;

  @TempDir private Path folder;

  @Test
  void nothingIsLostOrStoredTwiceInAFile() throws Exception {
    check("SQLite", "sqlite:" + folder.resolve("jobs.db"));
  }

  @Test
  void nothingIsLostOrStoredTwiceInPostgres() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      check("PostgreSQL", "postgres://postgres:secret@127.0.0.1:" + server.getPort() + "/postgres");
    }
  }

  private static void check(String name, String url) throws Exception {
    Ledger ledger = new Ledger();
    kill(url, ledger);
    try (JobStore store = JobStores.open(url, StoreLimits.DEFAULTS, QueueProcess::now)) {
      Count count = count(name, store, ledger);
      System.out.print(Count.table(List.of(count)));
      assertThat(count.acknowledged()).isGreaterThan(CYCLES);
      assertThat(count.lost()).isZero();
      assertThat(count.twice()).isZero();
      assertThat(count.done()).isEqualTo(count.jobs());
    }
  }

  /** Kills and replaces, then lets the last two do what is left. */
  private static void kill(String url, Ledger ledger) throws Exception {
    Random random = new Random(Integer.getInteger("crash.seed", 1));
    List<Crew> crew = new ArrayList<>();
    try {
      CountDownLatch ready = new CountDownLatch(1);
      crew.add(start(url, 0, ledger, ready));
      assertThat(ready.await(60, TimeUnit.SECONDS)).isTrue();
      CountDownLatch pause = new CountDownLatch(1);
      for (int i = 1; i <= CYCLES; i++) {
        crew.add(start(url, i, ledger, new CountDownLatch(1)));
        boolean over = pause.await(random.nextInt(MAX_PAUSE_MS), TimeUnit.MILLISECONDS);
        assertThat(over).isFalse();
        // The elder more often than not, since a process has to live to do anything.
        crew.remove(random.nextInt(4) == 0 ? crew.size() - 1 : 0).kill();
        assertThat(crew).allMatch(Crew::isAlive);
      }
      crew.add(start(url, CYCLES + 1, ledger, new CountDownLatch(1)));
      crew.forEach(each -> each.tell("stop"));
      try (JobStore store = JobStores.open(url, StoreLimits.DEFAULTS, QueueProcess::now)) {
        await().atMost(Duration.ofMinutes(2)).until(() -> isDrained(store.stats().join()));
      }
    } finally {
      for (Crew each : crew) {
        each.kill();
      }
    }
  }

  private static boolean isDrained(StoreStats stats) {
    return stats.count(JobStatus.QUEUED) == 0 && stats.count(JobStatus.RUNNING) == 0;
  }

  private static Crew start(String url, int number, Ledger ledger, CountDownLatch ready) {
    return new Crew(
        QueueProcess.class,
        List.of(url, "p" + number),
        line -> {
          if (line.equals("ready")) {
            ready.countDown();
          }
          ledger.heard(line);
        });
  }

  private static Count count(String name, JobStore store, Ledger ledger) {
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
        CYCLES,
        ledger.acknowledged().size(),
        all.size(),
        (int) all.stream().filter(job -> job.state().status() == JobStatus.DONE).count(),
        lost,
        twice,
        ledger.executions(),
        (int) all.stream().filter(job -> job.takes() > 1).count());
  }

  private static List<StoredJob> all(JobStore store) {
    List<StoredJob> all = new ArrayList<>();
    Optional<JobId> after = Optional.empty();
    do {
      var page = store.list(new JobQuery(Optional.empty(), Optional.empty(), 1_000, after)).join();
      all.addAll(page.jobs());
      after = page.next();
    } while (after.isPresent());
    return all;
  }
}
