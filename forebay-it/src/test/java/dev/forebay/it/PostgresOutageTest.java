package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.it.process.PostgresServer;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** PostgreSQL under the queue goes and comes back in the ways in which it does in service. */
@Order(Order.DEFAULT - 1)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PostgresOutageTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String TERMINATE =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'forebay'";

  private final Random random = new Random(1);
  @TempDir private Path folder;
  private PostgresServer server;

  @BeforeEach
  void begin() throws Exception {
    server = new PostgresServer(folder);
  }

  @AfterEach
  void end() throws Exception {
    server.close();
  }

  @Test
  void aServerThatIsStoppedAndStarted() throws Exception {
    check("stopped, started", 3, server::stop, server::start);
  }

  @Test
  void aServerThatIsKilledAndRecovers() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("com.zaxxer.hikari.pool");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try {
      check("killed by SIGKILL, started", 3, server::kill, server::start);
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
      server.kill();
    }
    server.start();
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
          0,
          () -> {
            var unused =
                killer.scheduleWithFixedDelay(
                    () -> server.execute(TERMINATE), 0, 40, TimeUnit.MILLISECONDS);
          },
          killer::shutdownNow);
    }
  }

  /** Connections to one that is not promoted yet would read only for as long as they live. */
  @Test
  void aFailoverToAServerThatOnlyReadsAtFirst() throws Exception {
    check(
        "only reads, then promoted",
        20,
        () -> {
          server.execute("ALTER DATABASE postgres SET default_transaction_read_only = on");
          server.execute(TERMINATE);
        },
        () -> server.execute("ALTER DATABASE postgres SET default_transaction_read_only = off"));
  }

  private void check(String name, int refusals, StoreOutage.Step goes, StoreOutage.Step comes)
      throws Exception {
    StoreOutage.check("PostgreSQL " + name, stack, url(), refusals, goes, comes);
  }

  private String url() {
    return server.url("secret");
  }
}
