package dev.forebay.jobs.sql;

import dev.forebay.jobs.Backlog;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobPage;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.Lease;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoreStats;
import dev.forebay.jobs.StoredJob;
import dev.forebay.jobs.sql.BatchInsert.Arrival;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Jobs in a relational database: writes in groups, reads beside them. */
final class SqlJobStore implements JobStore {
  /** So many reads may wait for a connection. */
  static final int MAX_READS = 1_000;

  private interface Read<T> {
    T run(Connection connection) throws SQLException;
  }

  private final Dialect dialect;
  private final InstantSource clock;
  private final Connections writing;
  private final Connections reading;
  private final GroupCommit writer;
  private final Semaphore reads = new Semaphore(MAX_READS);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("jobs-", 0).factory());

  /**
   * A store on a database whose schema is there.
   *
   * @param writing connections for the writers, as many as these are
   * @param reading may be the same
   */
  SqlJobStore(
      Dialect dialect,
      Connections writing,
      Connections reading,
      int writers,
      StoreLimits limits,
      InstantSource clock) {
    this.dialect = dialect;
    this.clock = clock;
    this.writing = writing;
    this.reading = reading;
    this.writer = new GroupCommit(writing, dialect, clock, limits, threads, writers);
  }

  @Override
  public CompletableFuture<Accepted> enqueue(NewJob job) {
    int size = job.request().body().size();
    if (size > StoreLimits.MAX_BODY) {
      return CompletableFuture.failedFuture(new JobException.TooLarge(size, StoreLimits.MAX_BODY));
    }
    if (job.idempotencyKey().isEmpty()) {
      return writer.accept(new Arrival(job));
    }
    return async(() -> new Arrival(job)).thenCompose(writer::accept);
  }

  @Override
  public CompletableFuture<List<TakenJob>> take(Take take) {
    return writer.submit(tx -> FairScheduler.take(tx, take), 0);
  }

  @Override
  public CompletableFuture<Boolean> renew(Lease lease, Duration length) {
    return writer.submit(tx -> Transitions.renew(tx, lease, tx.now().plus(length)), 0);
  }

  @Override
  public CompletableFuture<Boolean> complete(Lease lease, JobResult result) {
    return writer.submit(tx -> Transitions.complete(tx, lease, result), Payloads.size(result));
  }

  @Override
  public CompletableFuture<Boolean> release(Lease lease, Instant notBefore) {
    return writer.submit(tx -> Transitions.release(tx, lease, notBefore), 0);
  }

  @Override
  public CompletableFuture<Boolean> fail(Lease lease, Failure failure) {
    return writer.submit(
        tx -> Transitions.fail(tx, lease, failure),
        failure.answer().map(Payloads::size).orElse(0L));
  }

  @Override
  public CompletableFuture<StoredJob> cancel(JobId id) {
    return writer.submit(tx -> Transitions.cancel(tx, id), 0);
  }

  @Override
  public CompletableFuture<StoredJob> redrive(JobId id, Instant expires) {
    Instant now = clock.instant();
    if (!expires.isAfter(now)) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException("expires must be after " + now + ", was " + expires));
    }
    return writer.submit(tx -> Transitions.redrive(tx, id, expires), 0);
  }

  @Override
  public CompletableFuture<Swept> sweep() {
    return writer.submit(Sweeps::sweep, 0);
  }

  @Override
  public CompletableFuture<Integer> forget(Instant endedBefore) {
    return writer.submit(tx -> Sweeps.forget(tx, endedBefore), 0);
  }

  @Override
  public CompletableFuture<Optional<StoredJob>> find(JobId id) {
    return read(connection -> Listing.find(connection, id));
  }

  @Override
  public CompletableFuture<Optional<JobResult>> result(JobId id) {
    return read(connection -> Payloads.result(connection, id));
  }

  @Override
  public CompletableFuture<JobPage> list(JobQuery query) {
    return read(connection -> Listing.list(connection, query));
  }

  @Override
  public CompletableFuture<StoreStats> stats() {
    return read(Listing::stats);
  }

  @Override
  public CompletableFuture<Backlog> backlog(String route) {
    return read(connection -> Listing.backlog(connection, route));
  }

  @Override
  public CompletableFuture<List<DueCallback>> dueCallbacks(int max, Duration lease) {
    return writer.submit(tx -> CallbackRows.take(tx, max, lease), 0);
  }

  @Override
  public CompletableFuture<Void> settleCallback(JobId id) {
    return done(tx -> CallbackRows.drop(tx, id));
  }

  @Override
  public CompletableFuture<Void> retryCallback(JobId id, Instant due) {
    return done(tx -> CallbackRows.retry(tx, id, due));
  }

  private interface Change {
    void make(Tx tx) throws SQLException;
  }

  private CompletableFuture<Void> done(Change change) {
    return writer
        .submit(
            tx -> {
              change.make(tx);
              return true;
            },
            0)
        .thenAccept(any -> {});
  }

  private <T> CompletableFuture<T> read(Read<T> read) {
    if (!reads.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new JobException.Unavailable(
              "the job store is overloaded: " + MAX_READS + " reads wait", null));
    }
    return async(() -> run(read)).whenComplete((any, e) -> reads.release());
  }

  private <T> T run(Read<T> read) {
    try (Connection connection = reading.get()) {
      try {
        return read.run(connection);
      } catch (SQLException e) {
        if (dialect.isStale(e)) {
          reading.discard(connection);
        }
        throw e;
      }
    } catch (SQLException e) {
      throw new JobException.Unavailable(dialect.explain(e), e);
    }
  }

  private <T> CompletableFuture<T> async(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(GroupCommit.closed());
    }
  }

  @Override
  public void close() {
    writer.close();
    threads.close();
    writing.close();
    reading.close();
  }
}
