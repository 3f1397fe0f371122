package dev.forebay.benchmarks.jobs;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A database engine: where a store is, and bare connections to the same kind of database.
 *
 * @param url of a store
 * @param plain connections that force each commit to the disk, as the store's do
 * @param upkeep to have it done before a measurement and not in its midst
 */
record Engine(String name, String url, DataSource plain, Upkeep upkeep, Server server)
    implements AutoCloseable {
  /** What the engine does by itself some time after many rows have come. */
  @FunctionalInterface
  interface Upkeep {
    void run() throws SQLException;
  }

  /** What has to be stopped. */
  @FunctionalInterface
  interface Server {
    void stop() throws IOException;
  }

  /** One writer, as SQLite allows no more. */
  static Engine sqlite(Path folder) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + folder.resolve("plain.db"));
    HikariDataSource pool = pool(source, 1);
    Upkeep none = () -> {};
    return new Engine("SQLite", "sqlite:" + folder.resolve("jobs.db"), pool, none, pool::close);
  }

  /** A connection for each client. */
  static Engine postgres(int clients) throws IOException {
    // The embedded server is made for tests: by default it writes nothing through to the disk.
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .start();
    HikariDataSource pool = pool(server.getPostgresDatabase(), clients);
    return new Engine(
        "PostgreSQL",
        "postgres://postgres:postgres@127.0.0.1:" + server.getPort() + "/postgres",
        pool,
        () -> {
          try (Connection connection = pool.getConnection();
              Statement statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE");
            statement.execute("CHECKPOINT");
          }
        },
        () -> {
          pool.close();
          server.close();
        });
  }

  private static HikariDataSource pool(DataSource source, int size) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(60_000);
    return new HikariDataSource(config);
  }

  @Override
  public void close() throws IOException {
    server.stop();
  }
}
