package dev.forebay.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL server, started once for all tests that ask for it. */
final class Postgres {
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private static final class Server {
    private static final EmbeddedPostgres STARTED = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Postgres() {}

  /** Runs a statement in a database. */
  static void execute(String url, String sql) throws SQLException {
    String name = url.substring(url.lastIndexOf('/') + 1);
    try (Connection connection = Server.STARTED.getDatabase("postgres", name).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The URL of a new, empty database. */
  static String newDatabase() throws SQLException {
    String name = "test" + DATABASES.incrementAndGet();
    try (Connection connection = Server.STARTED.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return "postgres://postgres:secret@127.0.0.1:" + Server.STARTED.getPort() + "/" + name;
  }
}
