package dev.forebay.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.sql.SqliteJobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full: new jobs are refused, those that are there stay and can be done. */
class FullDiskTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final OptionalLong SMALL = OptionalLong.of(100);

  private final Random random = new Random(1);
  @TempDir private Path folder;

  @Test
  void newJobsAreRefusedClearlyAndTheOldStay() {
    List<JobId> accepted = new ArrayList<>();
    try (JobStore store = open(SMALL)) {
      JobException refused = fill(store, accepted);
      assertThat(refused)
          .isInstanceOf(JobException.Unavailable.class)
          .hasMessageContaining("is full: the disk has no room; free some");
      assertThat(accepted).isNotEmpty();
      assertThat(accepted).allMatch(id -> store.find(id).join().isPresent());
      assertThat(store.stats().join().total()).isEqualTo(accepted.size());
    }
    try (JobStore store = open(OptionalLong.empty())) {
      for (int done = 0; done < accepted.size(); ) {
        List<TakenJob> taken =
            store.take(new Take("chat", 10, "test", Duration.ofMinutes(1))).join();
        assertThat(taken).isNotEmpty();
        for (TakenJob job : taken) {
          JobResult result = new JobResult(200, List.of(), Content.EMPTY);
          assertThat(store.complete(job.lease(), result).join()).isTrue();
          done++;
        }
      }
      assertThat(store.stats().join().count(JobStatus.DONE)).isEqualTo(accepted.size());
    }
  }

  private JobException fill(JobStore store, List<JobId> accepted) {
    while (true) {
      NewJob job = job();
      try {
        store.enqueue(job).join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof JobException refused) {
          return refused;
        }
        throw e;
      }
      accepted.add(job.job().id());
    }
  }

  private JobStore open(OptionalLong maxPages) {
    return SqliteJobStore.open(
        folder.resolve("jobs.db"), StoreLimits.DEFAULTS, InstantSource.fixed(NOW), maxPages);
  }

  private NewJob job() {
    Job job =
        new Job(
            JobId.next(NOW, random),
            Tenant.ANYONE,
            "chat",
            "converse",
            "m",
            Priority.BATCH,
            NOW,
            NOW.plusSeconds(3_600),
            100,
            Optional.empty());
    return new NewJob(
        job, new JobRequest(List.of(), Content.of(new byte[5_000])), Optional.empty());
  }
}
