package dev.forebay.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.sql.SqliteJobStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A commit fails, as on a full disk or by an I/O error: SQLite may have ended the transaction by
 * itself, or the commit may have taken effect. What was refused is not stored, what was accepted
 * stays, and the store works again with the next transaction.
 */
class FailedCommitTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int FULL = 13;
  private static final int IO_ERROR = 10;

  private final Random random = new Random(1);
  private final AtomicInteger failures = new AtomicInteger();

  /** Whether the next commits fail. */
  private final Queue<Boolean> script = new ConcurrentLinkedQueue<>();

  private volatile Step onCommit = () -> {};
  @TempDir private Path folder;

  private interface Step {
    void run() throws InterruptedException;
  }

  /** What the database does when it is asked to commit. */
  enum Kind {
    ROLLED_BACK_BY_ITSELF(FULL),
    LEFT_OPEN(IO_ERROR),
    COMMITTED(IO_ERROR);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    void happen(Connection connection, Method commit) throws Throwable {
      switch (this) {
        case ROLLED_BACK_BY_ITSELF -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
          }
        }
        case LEFT_OPEN -> {}
        case COMMITTED -> commit.invoke(connection);
      }
      throw new SQLException("commit failed", null, code);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatWasRefusedIsNotStoredAndTheRestGoesOn(Kind kind) {
    try (JobStore store = open(kind)) {
      NewJob before = job();
      store.enqueue(before).join();

      failures.set(1);
      NewJob refused = job();
      assertThatThrownBy(() -> store.enqueue(refused).join())
          .hasCauseInstanceOf(JobException.Unavailable.class)
          .hasMessageNotContaining("error 1");

      NewJob after = job();
      assertThat(store.enqueue(after).join().created()).isTrue();
      assertThat(store.find(refused.job().id()).join()).isEmpty();
      assertThat(store.stats().join().total()).isEqualTo(2);
      List<TakenJob> taken = store.take(new Take("chat", 10, "test", Duration.ofMinutes(1))).join();
      assertThat(taken.stream().map(job -> job.stored().id()))
          .containsExactlyInAnyOrder(before.job().id(), after.job().id());
      for (TakenJob job : taken) {
        assertThat(store.complete(job.lease(), new JobResult(200, List.of(), Content.EMPTY)).join())
            .isTrue();
      }
      assertThat(store.stats().join().count(JobStatus.DONE)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRefusedJobIsAcceptedWhenItIsSubmittedAgainUnderItsKey(Kind kind) {
    try (JobStore store = open(kind)) {
      failures.set(1);
      NewJob refused = job(Optional.of("key"));
      assertThatThrownBy(() -> store.enqueue(refused).join())
          .hasCauseInstanceOf(JobException.Unavailable.class);

      NewJob again = job(Optional.of("key"));
      assertThat(store.enqueue(again).join().created()).isTrue();
      assertThat(store.find(again.job().id()).join()).isPresent();
      assertThat(store.stats().join().total()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theEndOfAJobIsStoredOnce(Kind kind) {
    try (JobStore store = open(kind)) {
      store.enqueue(job()).join();
      TakenJob taken =
          store.take(new Take("chat", 1, "test", Duration.ofMinutes(1))).join().getFirst();
      JobResult result = new JobResult(200, List.of(), Content.EMPTY);

      failures.set(1);
      assertThatThrownBy(() -> store.complete(taken.lease(), result).join())
          .hasCauseInstanceOf(JobException.Unavailable.class);

      store.complete(taken.lease(), result).join();
      assertThat(store.stats().join().count(JobStatus.DONE)).isEqualTo(1);
      assertThat(store.result(taken.stored().id()).join()).contains(result);
    }
  }

  @Test
  void anOutageOfManyCommitsLeavesNothingBehind() {
    try (JobStore store = open(Kind.COMMITTED)) {
      failures.set(20);
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> store.enqueue(job()).join())
            .hasCauseInstanceOf(JobException.Unavailable.class);
      }
      NewJob after = job();
      store.enqueue(after).join();

      assertThat(store.stats().join().total()).isEqualTo(1);
      assertThat(store.take(new Take("chat", 10, "test", Duration.ofMinutes(1))).join())
          .singleElement()
          .satisfies(job -> assertThat(job.stored().id()).isEqualTo(after.job().id()));
    }
  }

  @Test
  void ofAGroupThatFailsEachPartHearsOfItsOwnEnd() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch gathered = new CountDownLatch(1);
    try (JobStore store = open(Kind.LEFT_OPEN)) {
      onCommit =
          () -> {
            first.countDown();
            gathered.await();
          };
      CompletableFuture<JobStore.Accepted> alone = store.enqueue(job());
      first.await();
      onCommit = () -> {};
      // This commit succeeds; the next group fails whole, then its second part alone.
      script.addAll(List.of(false, true, false, true));
      CompletableFuture<JobStore.Accepted> second = store.enqueue(job());
      CompletableFuture<JobStore.Accepted> third = store.enqueue(job());
      gathered.countDown();

      assertThat(alone.get(10, TimeUnit.SECONDS).created()).isTrue();
      assertThat(second.get(10, TimeUnit.SECONDS).created()).isTrue();
      assertThatThrownBy(() -> third.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(JobException.Unavailable.class);
    }
  }

  private JobStore open(Kind kind) {
    return SqliteJobStore.open(
        folder.resolve("jobs.db"),
        StoreLimits.DEFAULTS,
        InstantSource.fixed(NOW),
        OptionalLong.empty(),
        source -> failing(source, kind));
  }

  private DataSource failing(DataSource source, Kind kind) {
    return proxy(
        DataSource.class,
        (method, arguments) ->
            method.getName().equals("getConnection")
                ? failing(
                    (Connection) Objects.requireNonNull(call(source, method, arguments)), kind)
                : call(source, method, arguments));
  }

  private Connection failing(Connection connection, Kind kind) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          if (method.getName().equals("commit")) {
            onCommit.run();
            Boolean fails = script.poll();
            if (fails == null ? failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0 : fails) {
              kind.happen(connection, method);
            }
          }
          return call(connection, method, arguments);
        });
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
    return job(Optional.empty());
  }

  private NewJob job(Optional<String> key) {
    Job job =
        new Job(
            JobId.next(NOW, random),
            Tenant.ANYONE,
            "chat",
            "converse",
            "m",
            Priority.BATCH,
            NOW,
            NOW.plusSeconds(3_600),
            100,
            Optional.empty());
    return new NewJob(job, new JobRequest(List.of(), Content.of(new byte[50])), key);
  }
}
