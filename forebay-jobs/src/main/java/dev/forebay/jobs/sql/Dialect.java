package dev.forebay.jobs.sql;

import java.sql.SQLException;

/** Where one database differs from another. */
interface Dialect {
  /** Appended to a query: keeps the row from other writers, and waits for those that have it. */
  String lock();

  /** Appended to a query: keeps the rows from other writers, and leaves out those that are kept. */
  String skipLocked();

  /** Whether tables of other programs may be there already. */
  boolean isShared();

  /** What is wrong and what to do about it; holds no value of any row. */
  String explain(SQLException e);

  /** Whether the connection is of no more use, so that a retry on it cannot succeed. */
  boolean isLost(SQLException e);

  /**
   * Whether the connection may fail for as long as it lives, although the database works again: one
   * that was opened while a file system or server only let read never writes.
   */
  boolean isStale(SQLException e);

  /**
   * Which database the store's name stands for now. Connections to one that is not equal to it are
   * of no more use.
   *
   * @throws SQLException if there is none
   */
  Object place() throws SQLException;

  /** Whether the same transaction may succeed if it is tried again at once. */
  boolean isCollision(SQLException e);
}
