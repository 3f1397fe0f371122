package dev.forebay.jobs.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * Jobs in a file, for one node. Write-ahead log, every commit forced to the disk, one writer.
 *
 * <p>A second process that opens the same file works, too, and waits up to five seconds for the
 * first one's transactions.
 */
public final class SqliteJobStore {
  private static final Duration BUSY = Duration.ofSeconds(5);
  private static final int READERS = 4;

  private SqliteJobStore() {}

  /**
   * Opens the file, or makes it.
   *
   * @param maxPages an upper limit of the file's size, in pages of 4 KB
   */
  public static JobStore open(
      Path file, StoreLimits limits, InstantSource clock, OptionalLong maxPages) {
    return open(file, limits, clock, maxPages, source -> source);
  }

  /** As above, with what stands between the store and its database. */
  public static JobStore open(
      Path file,
      StoreLimits limits,
      InstantSource clock,
      OptionalLong maxPages,
      UnaryOperator<DataSource> around) {
    SqliteDialect dialect = new SqliteDialect(file);
    DatabaseIdentity place = prepare(file, dialect);
    DataSource source = around.apply(source(file, true));
    HikariDataSource writing = pool(source, 1, "jobs-write", maxPages, dialect);
    try {
      Database.migrate(writing, "sqlite", dialect);
      HikariDataSource reading =
          pool(source(file, false), READERS, "jobs-read", OptionalLong.empty(), dialect);
      return new SqlJobStore(
          dialect,
          new Connections(writing, place),
          new Connections(reading, place),
          1,
          limits,
          clock);
    } catch (JobException e) {
      writing.close();
      throw e;
    }
  }

  /**
   * Makes the file, which is empty then, and says which it is. No connection makes one: where the
   * file's system is not mounted for a while, that would be another queue.
   */
  private static DatabaseIdentity prepare(Path file, SqliteDialect dialect) {
    makeFolder(file);
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException e) {
      // By another process, at the same time.
    } catch (IOException e) {
      throw new JobException.Unavailable(dialect.explain(SqliteDialect.cannotOpen(e)), e);
    }
    try {
      return new DatabaseIdentity(dialect);
    } catch (SQLException e) {
      throw new JobException.Unavailable(dialect.explain(e), e);
    }
  }

  private static void makeFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new JobException.Unavailable(
          "the folder of the job store " + file + " cannot be made; check its path", e);
    }
    if (Files.isDirectory(file)) {
      throw new JobException.Unavailable(
          "the job store " + file + " is a folder; name a file in it", null);
    }
  }

  private static SQLiteDataSource source(Path file, boolean writes) {
    SQLiteConfig config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout((int) BUSY.toMillis());
    config.setTransactionMode(
        writes ? SQLiteConfig.TransactionMode.IMMEDIATE : SQLiteConfig.TransactionMode.DEFERRED);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  private static HikariDataSource pool(
      DataSource source, int size, String name, OptionalLong maxPages, SqliteDialect dialect) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(BUSY.toMillis());
    config.setMaxLifetime(0);
    maxPages.ifPresent(pages -> config.setConnectionInitSql("PRAGMA max_page_count = " + pages));
    return Database.connect(config, dialect);
  }
}
