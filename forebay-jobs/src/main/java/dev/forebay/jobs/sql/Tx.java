package dev.forebay.jobs.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/**
 * A transaction under way.
 *
 * @param now its time, in whole milliseconds
 * @param delta the sums that have to change with it
 */
record Tx(Connection connection, Dialect dialect, Instant now, CounterDelta delta) {
  /** Work within a transaction. A {@code JobException} is thrown before anything is changed. */
  interface Work<T> {
    T run(Tx tx) throws SQLException;
  }

  long nowMillis() {
    return now.toEpochMilli();
  }
}
