package dev.forebay.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Priority;
import dev.forebay.core.Seam;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.sql.Housekeeping;
import dev.forebay.jobs.sql.SqliteJobStore;
import dev.forebay.jobs.worker.Capacity;
import dev.forebay.jobs.worker.JobRunner;
import dev.forebay.jobs.worker.Worker;
import dev.forebay.jobs.worker.WorkerContext;
import dev.forebay.jobs.worker.WorkerSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The disk of a store fails for a while, with jobs being left and made. When it works again, all
 * accepted jobs are done, once, and no refused one is there.
 */
@Timeout(90)
class StorageOutageTest {
  private static final Duration LEASE = Duration.ofSeconds(2);

  /** What SQLite reports. */
  enum Kind {
    READ_ONLY(8),
    IO_ERROR(10),
    IO_ERROR_OF_A_WRITE(778),
    FULL(13),
    CANNOT_OPEN(14);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    SQLException failure() {
      return new SQLException("the disk fails", null, code);
    }
  }

  /** Where it is reported. */
  enum Place {
    EACH_WRITE,
    EVERY_THIRD_WRITE,
    COMMIT
  }

  private final Random random = new Random(1);
  private final ScheduledTimers timers = new ScheduledTimers();
  private volatile boolean isFailing;
  private final AtomicInteger writes = new AtomicInteger();
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "READ_ONLY, EACH_WRITE",
    "READ_ONLY, EVERY_THIRD_WRITE",
    "READ_ONLY, COMMIT",
    "IO_ERROR, EACH_WRITE",
    "IO_ERROR_OF_A_WRITE, EVERY_THIRD_WRITE",
    "IO_ERROR_OF_A_WRITE, COMMIT",
    "FULL, EACH_WRITE",
    "FULL, EVERY_THIRD_WRITE",
    "FULL, COMMIT",
    "CANNOT_OPEN, EACH_WRITE",
  })
  void acceptedJobsAreDoneAndRefusedOnesAreNotThere(Kind kind, Place place) throws Exception {
    List<JobId> accepted = new ArrayList<>();
    List<JobId> refused = new ArrayList<>();
    try (JobStore store = open(kind, place)) {
      Worker worker = worker(store);
      leave(store, 20, accepted, refused);
      assertThat(refused).isEmpty();

      isFailing = true;
      leave(store, 20, accepted, refused);
      isFailing = false;
      leave(store, 20, accepted, refused);

      assertThat(refused).as("the outage is one").isNotEmpty();
      CompletableFuture<Void> done = new CompletableFuture<>();
      whenDone(store, accepted.size(), done);
      done.get(40, TimeUnit.SECONDS);
      assertThat(store.stats().join().count(JobStatus.DONE)).isEqualTo(accepted.size());
      assertThat(accepted).allMatch(id -> store.result(id).join().isPresent());
      assertThat(refused).allMatch(id -> isGone(store, id));
      worker.drain(Duration.ZERO).join();
    }
  }

  private void whenDone(JobStore store, int jobs, CompletableFuture<Void> done) {
    if (store.stats().join().count(JobStatus.DONE) >= jobs) {
      done.complete(null);
    } else {
      timers.after(Duration.ofMillis(20), () -> whenDone(store, jobs, done));
    }
  }

  private static boolean isGone(JobStore store, JobId id) {
    return store
        .find(id)
        .join()
        .map(job -> job.state().status() == JobStatus.CANCELLED)
        .orElse(true);
  }

  private void leave(JobStore store, int jobs, List<JobId> accepted, List<JobId> refused) {
    for (int i = 0; i < jobs; i++) {
      NewJob job = job();
      try {
        store.enqueue(job).join();
        accepted.add(job.job().id());
      } catch (CompletionException e) {
        assertThat(e).hasCauseInstanceOf(JobException.Unavailable.class);
        refused.add(job.job().id());
      }
    }
  }

  private Worker worker(JobStore store) {
    Worker worker =
        new Worker(
            "chat",
            (route, meanTokens, max) -> new Capacity.Now(max),
            new WorkerContext(
                store,
                job -> new Made(),
                new WorkerSettings(4, LEASE, 5, Duration.ofMillis(50)),
                timers,
                StorageOutageTest::now,
                "test",
                new SplittableRandom(1)));
    worker.wake();
    new Housekeeping(store, Duration.ofDays(1), timers, StorageOutageTest::now, worker::wake)
        .start();
    return worker;
  }

  private static final class Made implements JobRunner.Run {
    @Override
    public CompletionStage<JobRunner.End> end() {
      return CompletableFuture.completedFuture(
          new JobRunner.Answered(new JobResult(200, List.of(), Content.EMPTY)));
    }

    @Override
    public void cancel() {}
  }

  private JobStore open(Kind kind, Place place) {
    return SqliteJobStore.open(
        folder.resolve("jobs.db"),
        StoreLimits.DEFAULTS,
        StorageOutageTest::now,
        OptionalLong.empty(),
        source -> failing(source, kind, place));
  }

  private DataSource failing(DataSource source, Kind kind, Place place) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          if (!method.getName().equals("getConnection")) {
            return call(source, method, arguments);
          }
          // One that is opened while the disk fails never writes.
          boolean isStale = isFailing && kind == Kind.READ_ONLY;
          Connection connection =
              (Connection) Objects.requireNonNull(call(source, method, arguments));
          return failing(connection, kind, place, isStale);
        });
  }

  private Connection failing(Connection connection, Kind kind, Place place, boolean isStale) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          if (method.getName().equals("commit") && isFailing && fails(place, true)) {
            throw kind.failure();
          }
          Object result = call(connection, method, arguments);
          return result instanceof PreparedStatement statement
              ? failing(statement, kind, place, isStale)
              : result;
        });
  }

  private PreparedStatement failing(
      PreparedStatement statement, Kind kind, Place place, boolean isStale) {
    return proxy(
        PreparedStatement.class,
        (method, arguments) -> {
          boolean isWrite = method.getName().matches("executeUpdate|executeBatch|execute");
          if (isWrite && (isStale || (isFailing && fails(place, false)))) {
            throw kind.failure();
          }
          return call(statement, method, arguments);
        });
  }

  private boolean fails(Place place, boolean commit) {
    return switch (place) {
      case EACH_WRITE -> !commit;
      case EVERY_THIRD_WRITE -> !commit && writes.getAndIncrement() % 3 == 2;
      case COMMIT -> commit;
    };
  }

  private interface Call {
    @Nullable Object with(Method method, Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call.with(method, arguments)));
  }

  private static @Nullable Object call(Object on, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private NewJob job() {
    Instant now = now();
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
    return new NewJob(job, new JobRequest(List.of(), Content.of(new byte[50])), Optional.empty());
  }

  @Seam("stores that several processes share have the time of day")
  private static Instant now() {
    return Instant.now();
  }
}
