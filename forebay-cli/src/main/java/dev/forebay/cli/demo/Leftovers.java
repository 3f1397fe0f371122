package dev.forebay.cli.demo;

import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls that were left for later: a store that lasts as long as the run. */
final class Leftovers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

  private final Path folder;
  private final JobStore store;

  private Leftovers(Path folder, JobStore store) {
    this.folder = folder;
    this.store = store;
  }

  static Leftovers open() {
    Path folder;
    try {
      folder = Files.createTempDirectory("forebay-demo-");
    } catch (IOException e) {
      throw new DemoException("Cannot keep calls for later: " + e, e);
    }
    try {
      String url = "sqlite:" + folder.resolve("jobs.db");
      return new Leftovers(
          folder, JobStores.open(url, StoreLimits.DEFAULTS, InstantSource.system()));
    } catch (RuntimeException e) {
      remove(folder);
      throw new DemoException("Cannot keep calls for later: " + e.getMessage(), e);
    }
  }

  /** Where its files are. */
  Path folder() {
    return folder;
  }

  JobStore store() {
    return store;
  }

  /** How many are queued or under way. */
  CompletableFuture<Long> openJobs() {
    return store
        .stats()
        .thenApply(all -> all.count(JobStatus.QUEUED) + all.count(JobStatus.RUNNING));
  }

  /** Whether it has its answer. */
  CompletableFuture<Boolean> isDone(JobId id) {
    return store
        .find(id)
        .thenApply(
            found -> found.filter(job -> job.state().status() == JobStatus.DONE).isPresent());
  }

  @Override
  public void close() {
    store.close();
    remove(folder);
  }

  private static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      log.debug("Not removed: {}", e.toString());
    }
  }
}
