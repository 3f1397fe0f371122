package dev.forebay.jobs.sql;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;

/** PostgreSQL: several writers, kept apart by locks on rows. */
final class PostgresDialect implements Dialect {
  private final String place;

  /**
   * A dialect that knows where it is spoken.
   *
   * @param place host, port and database, without a password
   */
  PostgresDialect(String place) {
    this.place = place;
  }

  @Override
  public String lock() {
    return " FOR UPDATE";
  }

  @Override
  public String skipLocked() {
    return " FOR UPDATE SKIP LOCKED";
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public String explain(SQLException e) {
    String store = "the job store " + place;
    String state = state(e);
    if (isLost(e)) {
      return store + " is out of reach; check that PostgreSQL runs and lets this host in";
    }
    return switch (state) {
      case "28P01", "28000" -> store + " refuses the user or password";
      case "3D000" -> store + " has no such database; create it";
      case "42P07" ->
          store
              + " has tables of another program with names of ours; give Forebay a database of its"
              + " own";
      case "42501" -> store + " does not let this user create or change its tables";
      case "53100" -> store + " is full: the disk has no room; free some, then jobs are accepted";
      case "25006" -> store + " only reads: connect to the primary";
      default -> store + " does not work: SQL state " + (state.isEmpty() ? "unknown" : state);
    };
  }

  @Override
  public boolean isLost(SQLException e) {
    String state = state(e);
    return e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || state.startsWith("08")
        || state.startsWith("57P0");
  }

  /** 25006: a server that was a standby when the connection was made. */
  @Override
  public boolean isStale(SQLException e) {
    return isLost(e) || state(e).equals("25006");
  }

  /** The server ends the connections of a database that is no more. */
  @Override
  public Object place() {
    return place;
  }

  @Override
  public boolean isCollision(SQLException e) {
    String state = state(e);
    return state.equals("40P01") || state.equals("40001");
  }

  private static String state(SQLException e) {
    return e.getSQLState() == null ? "" : e.getSQLState();
  }
}
