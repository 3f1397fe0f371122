package dev.forebay.testkit;

import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

class SqliteJobStoreTest extends JobStoreKit {
  @TempDir private Path folder;

  @Override
  protected JobStore open(StoreLimits limits, InstantSource clock) {
    return JobStores.open("sqlite:" + folder.resolve("data/jobs.db"), limits, clock);
  }
}
