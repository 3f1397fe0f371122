package dev.forebay.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.sql.JobStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file of a store goes from its path under the store, and comes back as another file with the
 * same content: as when its file system is unmounted after an error, checked, and mounted again.
 */
class ReplacedFileTest {
  private static final Instant NOW = Instant.parse("2026-11-29T05:00:00Z");

  private final Random random = new Random(1);
  @TempDir private Path folder;

  @Test
  void nothingIsAcceptedReadOrMadeWhereTheFileIsNot() throws Exception {
    try (JobStore store = open()) {
      NewJob before = job();
      store.enqueue(before).join();
      Files.move(here(), folder.resolve("away"));
      Files.createDirectories(here());

      assertUnavailable(store.enqueue(job()));
      assertUnavailable(store.find(before.job().id()));
      assertThat(here()).isEmptyDirectory();
    }
  }

  @Test
  void jobsAreReadFromAndWrittenToTheFileThatHasItsPlace() throws Exception {
    NewJob before = job();
    NewJob after = job();
    try (JobStore store = open()) {
      store.enqueue(before).join();
      Path away = folder.resolve("away");
      Files.move(here(), away);
      assertUnavailable(store.enqueue(job()));
      copy(away, here());

      store.enqueue(after).join();
      assertAreThere(store, before, after);
    }
    try (JobStore again = open()) {
      assertAreThere(again, before, after);
      assertThat(again.stats().join().total()).isEqualTo(2);
    }
  }

  /** No write was tried meanwhile. */
  @Test
  void aFileThatIsReplacedUnseenIsFoundOutBeforeTheNextJob() throws Exception {
    NewJob before = job();
    NewJob after = job();
    try (JobStore store = open()) {
      store.enqueue(before).join();
      store.find(before.job().id()).join();
      Path away = folder.resolve("away");
      Files.move(here(), away);
      copy(away, here());

      store.enqueue(after).join();
      assertAreThere(store, before, after);
    }
    try (JobStore again = open()) {
      assertAreThere(again, before, after);
    }
  }

  private static void assertAreThere(JobStore store, NewJob... jobs) {
    for (NewJob job : jobs) {
      assertThat(store.find(job.job().id()).join()).isPresent();
    }
  }

  private static void assertUnavailable(CompletableFuture<?> done) {
    assertThatThrownBy(done::join)
        .hasCauseInstanceOf(JobException.Unavailable.class)
        .hasMessageContaining("cannot be written");
  }

  private Path here() {
    return folder.resolve("here");
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private JobStore open() {
    return JobStores.open(
        "sqlite:" + here().resolve("jobs.db"), StoreLimits.DEFAULTS, InstantSource.fixed(NOW));
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
    return new NewJob(job, new JobRequest(List.of(), Content.of(new byte[50])), Optional.empty());
  }
}
