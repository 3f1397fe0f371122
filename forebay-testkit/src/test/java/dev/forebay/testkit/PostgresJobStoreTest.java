package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import java.sql.SQLException;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class PostgresJobStoreTest extends JobStoreKit {
  private final String url;

  PostgresJobStoreTest() throws SQLException {
    url = Postgres.newDatabase();
  }

  @Test
  void tablesOfOtherProgramsMayBeThere() throws SQLException {
    String shared = Postgres.newDatabase();
    Postgres.execute(shared, "CREATE TABLE invoice (id int)");

    open(shared).close();
    open(shared).close();

    Postgres.execute(shared, "INSERT INTO invoice SELECT COUNT(*) FROM job");
  }

  @Test
  void anotherProgramsTableWithANameOfOursIsSaidToBeThere() throws SQLException {
    String taken = Postgres.newDatabase();
    Postgres.execute(taken, "CREATE TABLE job (id int)");

    assertThatThrownBy(() -> open(taken))
        .isInstanceOf(JobException.Unavailable.class)
        .hasMessageContaining("has tables of another program with names of ours")
        .hasMessageContaining("give Forebay a database of its own");
    Postgres.execute(taken, "INSERT INTO job VALUES (1)");
  }

  private static JobStore open(String url) {
    return JobStores.open(url, StoreLimits.DEFAULTS, InstantSource.system());
  }

  @Override
  protected JobStore open(StoreLimits limits, InstantSource clock) {
    return JobStores.open(url, limits, clock);
  }
}
