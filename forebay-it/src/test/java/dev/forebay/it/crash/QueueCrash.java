package dev.forebay.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import dev.forebay.it.process.RealTime;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoreStats;
import dev.forebay.jobs.sql.JobStores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two processes share a store; one of them after the other is killed by SIGKILL at a random moment,
 * with enqueueing and draining under way, and another one takes its place. In the end every job
 * that was acknowledged has its answer, once.
 *
 * <p>Both stores at once: a cycle mostly waits. {@code -Dcrash.cycles=N} kills N times on each
 * store, {@code -Dcrash.seed=N} at other moments; {@code -Dcrash.minutes=N} kills no more after
 * that time on a store.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS)
@Execution(ExecutionMode.CONCURRENT)
class QueueCrash {
  private static final int CYCLES = Integer.getInteger("crash.cycles", 4);
  private static final Duration AT_MOST = Duration.ofMinutes(Long.getLong("crash.minutes", 600));

  /** From so many on, making an archive of classes costs less than it saves. */
  private static final int MANY = 20;

  /**
   * Longer than a machine is busy or frozen, which loses no job; shorter than the build waits for a
   * module, so that a failure has its test's name.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final int MOST_FAILED_STARTS = 5 + CYCLES / 20;
  private static final int MAX_PAUSE_MS = 400;
  private static final int MAX_STARTING_MS = 1_000;

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

  private void check(String name, String url) throws Exception {
    Ledger ledger = new Ledger();
    ClassArchive archive = archive(url);
    int kills = kill(url, archive, ledger);
    try (JobStore store = JobStores.open(url, StoreLimits.DEFAULTS, QueueProcess::now)) {
      Count count = Count.of(name, kills, store, ledger, ledger.executions());
      System.out.print(Count.table(List.of(count)));
      assertThat(count.acknowledged()).isGreaterThan(kills);
      assertThat(count.lost()).isZero();
      assertThat(count.twice()).isZero();
      assertThat(count.done()).isEqualTo(count.jobs());
    }
  }

  /**
   * Kills and replaces: the elder of two that work, or the newcomer while it starts. Then lets the
   * last two do what is left.
   *
   * @return how many were killed
   */
  private static int kill(String url, ClassArchive archive, Ledger ledger) throws Exception {
    Ticker ticker = Ticker.system();
    long began = ticker.nanos();
    int kills = 0;
    int failedStarts = 0;
    Random random = new Random(Integer.getInteger("crash.seed", 1));
    List<Crew> crew = new ArrayList<>();
    try {
      crew.add(start(url, 0, archive, ledger, new CountDownLatch(1)));
      while (kills < CYCLES && ticker.nanos() - began < AT_MOST.toNanos()) {
        CountDownLatch ready = new CountDownLatch(1);
        Crew next = start(url, kills + 1, archive, ledger, ready);
        crew.add(next);
        boolean newcomer = random.nextInt(4) == 0;
        if (!newcomer && !next.isReady(ready, PATIENCE)) {
          crew.removeLast().kill();
          assertThat(++failedStarts).as("failed starts").isLessThan(MOST_FAILED_STARTS);
          continue;
        }
        int pause = random.nextInt(newcomer ? MAX_STARTING_MS : MAX_PAUSE_MS);
        RealTime.pass(Duration.ofMillis(pause));
        crew.remove(newcomer ? 1 : 0).kill();
        for (Crew each : crew) {
          assertThat(each.isAlive()).as("dies by itself: %s", each.lastWords()).isTrue();
        }
        kills++;
      }
      crew.add(start(url, kills + 1, archive, ledger, new CountDownLatch(1)));
      crew.forEach(each -> each.tell("stop"));
      try (JobStore store = JobStores.open(url, StoreLimits.DEFAULTS, QueueProcess::now)) {
        await().atMost(PATIENCE).until(() -> isDrained(store.stats().join()));
      }
      return kills;
    } finally {
      for (Crew each : crew) {
        each.kill();
      }
    }
  }

  /** The training leaves its jobs in a store of its own, in the same database or folder. */
  private ClassArchive archive(String url) throws Exception {
    if (CYCLES < MANY) {
      return ClassArchive.NONE;
    }
    String other = url.replace("jobs.db", "training.db");
    return ClassArchive.make(folder, QueueProcess.class, List.of(other, "training", "20"));
  }

  private static boolean isDrained(StoreStats stats) {
    return stats.count(JobStatus.QUEUED) == 0 && stats.count(JobStatus.RUNNING) == 0;
  }

  private static Crew start(
      String url, int number, ClassArchive archive, Ledger ledger, CountDownLatch ready) {
    return new Crew(
        archive,
        QueueProcess.class,
        List.of(url, "p" + number),
        line -> {
          if (line.equals("ready")) {
            ready.countDown();
          }
          ledger.heard(line);
        });
  }
}
