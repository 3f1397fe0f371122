package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** PostgreSQL under the queue goes and comes back in the ways in which it does in service. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PostgresOutageTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String TERMINATE =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'forebay'";

  private final Random random = new Random(1);
  @TempDir private Path folder;
  private int port;
  private @Nullable EmbeddedPostgres server;

  @BeforeEach
  void begin() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    start();
  }

  @AfterEach
  void end() throws Exception {
    stop();
  }

  @Test
  void aServerThatIsStoppedAndStarted() throws Exception {
    check("stopped, started", true, this::stop, this::start);
  }

  @Test
  void aServerThatIsKilledAndRecovers() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("com.zaxxer.hikari.pool");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try {
      check("killed by SIGKILL, started", true, this::kill, this::start);
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(List.copyOf(logged.list))
        .as("the pool's warning about a lost connection quotes the row of a job")
        .noneMatch(event -> String.valueOf(event.getFormattedMessage()).contains("broken"));
  }

  /** The server of this test confirms commits before they are on its disk, by default. */
  @Test
  void jobsThatWereAcceptedJustBeforeTheKillAreThere() throws Exception {
    List<NewJob> jobs = Stream.generate(this::job).limit(50).toList();
    try (JobStore store = JobStores.open(url(), StoreLimits.DEFAULTS, QueuedGateway::now)) {
      for (NewJob job : jobs) {
        store.enqueue(job).join();
      }
      kill();
    }
    start();
    try (JobStore store = JobStores.open(url(), StoreLimits.DEFAULTS, QueuedGateway::now)) {
      assertThat(jobs).allMatch(job -> store.find(job.job().id()).join().isPresent());
    }
  }

  private NewJob job() {
    Instant now = QueuedGateway.now();
    Job job =
        new Job(
            JobId.next(now, random),
            Tenant.ANYONE,
            "chat",
            "converse",
            "m",
            Priority.BATCH,
            now,
            now.plusSeconds(3_600),
            100,
            Optional.empty());
    return new NewJob(job, new JobRequest(List.of(), Content.EMPTY), Optional.empty());
  }

  @Test
  void connectionsThatAreEndedInTheMiddleOfTransactions() throws Exception {
    try (ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor()) {
      check(
          "connections ended",
          false,
          () -> {
            var unused =
                killer.scheduleWithFixedDelay(
                    () -> execute(TERMINATE), 0, 40, TimeUnit.MILLISECONDS);
          },
          killer::shutdownNow);
    }
  }

  /** Connections to one that is not promoted yet would read only for as long as they live. */
  @Test
  void aFailoverToAServerThatOnlyReadsAtFirst() throws Exception {
    check(
        "only reads, then promoted",
        true,
        () -> {
          execute("ALTER DATABASE postgres SET default_transaction_read_only = on");
          execute(TERMINATE);
        },
        () -> execute("ALTER DATABASE postgres SET default_transaction_read_only = off"));
  }

  private void check(String name, boolean refuses, StoreOutage.Step goes, StoreOutage.Step comes)
      throws Exception {
    StoreOutage.check("PostgreSQL " + name, stack, url(), refuses, goes, comes);
  }

  private String url() {
    return "postgres://postgres:secret@127.0.0.1:" + port + "/postgres";
  }

  private void execute(String sql) {
    try (Connection connection =
            Objects.requireNonNull(server).getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET default_transaction_read_only = off");
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(Duration.ofMinutes(1))
            .setPort(port)
            // Commits that do not wait for the log would be lost when the server is killed.
            .setServerConfig("synchronous_commit", "off")
            .setServerConfig("wal_writer_delay", "10s")
            .start();
  }

  private void stop() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  private void kill() throws IOException {
    String first = Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst();
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(first.trim())).orElseThrow();
    var children = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !postmaster.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
    Files.deleteIfExists(folder.resolve("data/postmaster.pid"));
    // Finds no server to stop, and gives back its lock of the folder.
    stop();
  }
}
