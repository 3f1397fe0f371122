package dev.forebay.cli;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.JobsConfig;
import dev.forebay.core.Seam;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The job store of a gateway, as long as it serves.
 *
 * @param store empty where the configuration names none
 * @param temporary a folder that goes with it
 */
record OpenJobs(Optional<JobStore> store, Optional<Path> temporary) {
  /** Opens what the configuration names, or says why it cannot. */
  static OpenJobs open(GatewayConfig config, Optional<Path> temporary) {
    return new OpenJobs(config.jobs().map(OpenJobs::open), temporary);
  }

  private static JobStore open(JobsConfig config) {
    StoreLimits limits = new StoreLimits(config.maxJobs(), config.maxBytes());
    try {
      return JobStores.open(config.store().reveal(), limits, OpenJobs::now);
    } catch (JobException e) {
      throw new FailedException("Cannot keep jobs: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new UsageException("jobs.store: " + e.getMessage());
    }
  }

  static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("forebay-jobs-");
    } catch (IOException e) {
      throw new FailedException("Cannot make a folder for jobs: " + e.getMessage(), e);
    }
  }

  /** Finishes what was asked of the store, beside the event loops. */
  Future<Void> close() {
    return Future.fromCompletionStage(
        CompletableFuture.runAsync(
            () -> {
              store.ifPresent(JobStore::close);
              temporary.ifPresent(OpenJobs::delete);
            },
            Thread::startVirtualThread));
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      System.err.println("forebay: cannot remove " + folder + ": " + e.getMessage());
    }
  }

  @Seam("jobs have times of day, which other processes understand")
  private static Instant now() {
    return Instant.now();
  }
}
