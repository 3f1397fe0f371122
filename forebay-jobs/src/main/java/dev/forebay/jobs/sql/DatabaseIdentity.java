package dev.forebay.jobs.sql;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Watches which database the store's name stands for. A file may be replaced while it is open: its
 * file system is unmounted after an error and mounted anew, or a backup is put in its place. What
 * is written to the old file then is lost, what is read there is out of date, and for as long as it
 * is open its file system cannot be mounted anew. Thread-safe.
 */
final class DatabaseIdentity {
  private final Dialect dialect;
  private final AtomicReference<Optional<Object>> known;
  private final CopyOnWriteArrayList<HikariDataSource> pools = new CopyOnWriteArrayList<>();

  /**
   * Knows the database of now.
   *
   * @throws SQLException if there is none
   */
  DatabaseIdentity(Dialect dialect) throws SQLException {
    this.dialect = dialect;
    this.known = new AtomicReference<>(Optional.of(dialect.place()));
  }

  /** A pool of connections that is emptied when the database is another one. */
  void watchFor(HikariDataSource pool) {
    pools.add(pool);
  }

  /**
   * Lets go of a database that the name does not stand for any more.
   *
   * @throws SQLException if it stands for none
   */
  void check() throws SQLException {
    try {
      found(Optional.of(dialect.place()));
    } catch (SQLException e) {
      found(Optional.empty());
      throw e;
    }
  }

  private void found(Optional<Object> place) {
    if (!place.equals(known.getAndSet(place))) {
      pools.forEach(pool -> pool.getHikariPoolMXBean().softEvictConnections());
    }
  }
}
