package dev.forebay.it.process;

import static org.awaitility.Awaitility.await;

import dev.forebay.testkit.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL as processes of its own, which keeps its data and its port while it goes and comes
 * back. It confirms commits before they are on its disk, unless a connection asks for more.
 */
public final class PostgresServer implements AutoCloseable {
  private final Path data;
  private final int port;
  private @Nullable EmbeddedPostgres server;

  /**
   * Starts it.
   *
   * @param folder holds its data
   */
  public PostgresServer(Path folder) throws IOException {
    this.data = folder.resolve("data");
    this.port = FreePort.find();
    start();
  }

  /** Its address; the password as it is written there. */
  public String url(String password) {
    return "postgres://postgres:" + password + "@127.0.0.1:" + port + "/postgres";
  }

  /** Starts it again with what it kept. */
  public void start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(Duration.ofMinutes(1))
            .setPort(port)
            // Commits that do not wait for the log would be lost when the server is killed.
            .setServerConfig("synchronous_commit", "off")
            .setServerConfig("wal_writer_delay", "10s")
            .start();
  }

  /** Ends it in order. */
  public void stop() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  /** SIGKILL of all its processes. */
  public void kill() throws IOException {
    List<ProcessHandle> all = processes();
    all.forEach(ProcessHandle::destroyForcibly);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    Files.deleteIfExists(data.resolve("postmaster.pid"));
    // Finds no server to stop, and gives back its lock of the folder.
    stop();
  }

  /** SIGSTOP or SIGCONT to all its processes. */
  public void signal(String signal) throws IOException, InterruptedException {
    for (ProcessHandle each : processes()) {
      Signals.send(each.pid(), signal);
    }
  }

  /** The first one starts the others. */
  private List<ProcessHandle> processes() throws IOException {
    String first = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(first.trim())).orElseThrow();
    return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
  }

  /** Does what statements say. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET default_transaction_read_only = off");
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of what a query finds. */
  public List<String> query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> first = new ArrayList<>();
      while (rows.next()) {
        first.add(rows.getString(1));
      }
      return first;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Connection connect() throws SQLException {
    return Objects.requireNonNull(server).getPostgresDatabase().getConnection();
  }

  /** Ends it, even if it was stopped by a signal. */
  @Override
  public void close() throws IOException {
    try {
      if (server != null) {
        signal("-CONT");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop();
  }
}
