package dev.forebay.jobs.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.forebay.jobs.JobException;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Connects to a database and brings its tables up to date; what fails is explained. */
final class Database {
  /** Other tables do not make a database one that has ours. */
  private static final String BEFORE_THE_FIRST = "0";

  private Database() {}

  static HikariDataSource connect(HikariConfig config, Dialect dialect) {
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw unavailable(e, dialect);
    }
  }

  /**
   * Applies the migrations that are missing; several processes may do so at once.
   *
   * @param folder beside this class
   */
  static void migrate(DataSource source, String folder, Dialect dialect) {
    try {
      Flyway.configure(Database.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:dev/forebay/jobs/" + folder)
          .table("forebay_schema")
          .baselineOnMigrate(dialect.isShared())
          .baselineVersion(BEFORE_THE_FIRST)
          .loggers("slf4j")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw unavailable(e, dialect);
    }
  }

  private static JobException unavailable(RuntimeException e, Dialect dialect) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return new JobException.Unavailable(dialect.explain(sql), e);
      }
    }
    return new JobException.Unavailable(
        "the job store's tables are not those that this version needs", e);
  }
}
