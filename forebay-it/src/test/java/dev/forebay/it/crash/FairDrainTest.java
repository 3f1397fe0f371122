package dev.forebay.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoreStats;
import dev.forebay.jobs.sql.JobStores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Four processes drain one queue in PostgreSQL. All get about the same part of it; when one of them
 * is killed by SIGKILL, the others take its jobs over, and each job has one answer in the store.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FairDrainTest {
  private static final int PROCESSES = 4;
  private static final int JOBS = Integer.getInteger("drain.jobs", 600);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Random random = new Random(1);
  private final Ledger ledger = new Ledger();

  @Test
  void allGetTheirPartAndNothingIsLostOrStoredTwice() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      String url = "postgres://postgres:secret@127.0.0.1:" + server.getPort() + "/postgres";
      CountDownLatch ready = new CountDownLatch(PROCESSES);
      List<Crew> crew = new ArrayList<>();
      try (JobStore store = JobStores.open(url, StoreLimits.DEFAULTS, QueueProcess::now)) {
        for (int i = 0; i < PROCESSES; i++) {
          crew.add(start(url, "p" + i, ready));
        }
        await().atMost(PATIENCE).until(() -> ready.getCount() == 0);
        drain(store, crew);
      } finally {
        for (Crew each : crew) {
          each.kill();
        }
      }
    }
  }

  private void drain(JobStore store, List<Crew> crew) throws Exception {
    List<CompletableFuture<?>> left = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      NewJob job = job();
      left.add(
          store.enqueue(job).thenAccept(accepted -> ledger.heard("ack " + accepted.job().id())));
    }
    await().atMost(PATIENCE).until(() -> ledger.stored().size() >= JOBS / 2);
    Map<String, Long> shares = shares();
    crew.getFirst().tell("hold");
    await().atMost(PATIENCE).until(() -> isAllElseDone(store.stats().join()));
    crew.removeFirst().kill();
    CompletableFuture.allOf(left.toArray(CompletableFuture[]::new)).join();
    await().atMost(PATIENCE).until(() -> store.stats().join().count(JobStatus.DONE) == JOBS);

    Count count = Count.of("PostgreSQL, 4 processes", 1, store, ledger, ledger.executions());
    System.out.print(Count.table(List.of(count)));
    System.out.println("done by each in the first half: " + shares + ", in all: " + shares());
    assertThat(count.acknowledged()).isEqualTo(JOBS);
    assertThat(count.lost()).isZero();
    assertThat(count.twice()).isZero();
    assertThat(count.done()).isEqualTo(JOBS);
    assertThat(count.handedOver()).isBetween(1, QueueProcess.PLACES);
    assertThat(shares).hasSize(PROCESSES);
    long done = shares.values().stream().mapToLong(Long::longValue).sum();
    assertThat(shares.values())
        .as("a third of an equal part at least, also on a machine that is busy")
        .allSatisfy(each -> assertThat(each).isGreaterThanOrEqualTo(done / PROCESSES / 3));
  }

  /** Whether only what the first process holds is left. */
  private static boolean isAllElseDone(StoreStats stats) {
    return stats.count(JobStatus.QUEUED) == 0
        && stats.count(JobStatus.RUNNING) > 0
        && stats.count(JobStatus.RUNNING) <= QueueProcess.PLACES
        && stats.count(JobStatus.DONE) + stats.count(JobStatus.RUNNING) == JOBS;
  }

  /** By process, how many of its answers the store has confirmed. */
  private Map<String, Long> shares() {
    return ledger.stored().values().stream()
        .collect(
            Collectors.groupingBy(
                token -> token.substring(0, token.indexOf('-')),
                TreeMap::new,
                Collectors.counting()));
  }

  private NewJob job() {
    Instant now = QueueProcess.now();
    Job job =
        new Job(
            JobId.next(now, random),
            new Tenant("t" + random.nextInt(3), 1),
            QueueProcess.ROUTE,
            "converse",
            "m",
            Priority.BATCH,
            now,
            now.plus(Duration.ofHours(1)),
            100,
            Optional.empty());
    return new NewJob(
        job,
        new JobRequest(List.of(), Content.of(new byte[random.nextInt(4_000)])),
        Optional.empty());
  }

  private Crew start(String url, String name, CountDownLatch ready) {
    return new Crew(
        QueueProcess.class,
        List.of(url, name, "drain"),
        line -> {
          if (line.equals("ready")) {
            ready.countDown();
          }
          ledger.heard(line);
        });
  }
}
