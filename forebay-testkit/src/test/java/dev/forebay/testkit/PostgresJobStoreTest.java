package dev.forebay.testkit;

import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStores;
import dev.forebay.jobs.StoreLimits;
import java.sql.SQLException;
import java.time.InstantSource;

class PostgresJobStoreTest extends JobStoreKit {
  private final String url;

  PostgresJobStoreTest() throws SQLException {
    url = Postgres.newDatabase();
  }

  @Override
  protected JobStore open(StoreLimits limits, InstantSource clock) {
    return JobStores.open(url, limits, clock);
  }
}
