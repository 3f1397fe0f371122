package dev.forebay.benchmarks.jobs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * The least that an engine can do with a job: a row of a table, with its number and its request.
 */
final class PlainTable {
  private final DataSource source;
  private final byte[] body;
  private final AtomicLong next = new AtomicLong();

  PlainTable(Engine engine, byte[] body) throws SQLException {
    this.source = engine.plain();
    this.body = body;
    String blob = engine.name().equals("SQLite") ? "BLOB" : "bytea";
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE plain (id bigint PRIMARY KEY, body " + blob + " NOT NULL)");
    }
  }

  /** Rows in one transaction that is durable when this returns. */
  void insert(int rows) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO plain (id, body) VALUES (?, ?)")) {
        for (int i = 0; i < rows; i++) {
          insert.setLong(1, next.getAndIncrement());
          insert.setBytes(2, body);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
