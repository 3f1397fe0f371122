package dev.forebay.jobs.sql;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** A pool of connections to the database for which the store's name stands now. Thread-safe. */
final class Connections implements AutoCloseable {
  private final HikariDataSource pool;
  private final DatabaseIdentity place;

  Connections(HikariDataSource pool, DatabaseIdentity place) {
    this.pool = pool;
    this.place = place;
    place.watchFor(pool);
  }

  /**
   * A connection, to be closed after use.
   *
   * @throws SQLException if the database is out of reach, or not where its name says
   */
  Connection get() throws SQLException {
    place.check();
    return pool.getConnection();
  }

  /** Closes for good a connection that is of no more use. */
  void discard(Connection connection) {
    pool.evictConnection(connection);
  }

  @Override
  public void close() {
    pool.close();
  }
}
