package dev.forebay.jobs.sql;

import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobStore.Accepted;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.BatchInsert.Arrival;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes in few transactions: while one is committed, what comes meanwhile gathers for the next. A
 * future completes after the commit that holds its change. A single change is committed at once.
 *
 * <p>When a transaction fails, its parts are tried one by one, so that each fails for itself alone.
 * What waits is bounded by number and bytes; beyond it, work is refused.
 *
 * <p>After a failed commit or rollback the connection's state is unknown: SQLite may have ended the
 * transaction by itself, so that later statements would each commit alone. The connection is
 * discarded. Whether the commit took effect is unknown too, so that jobs that were refused after
 * one are withdrawn by the next transaction that succeeds, before anything else in it. A connection
 * that was made while the database only let read is discarded as well.
 */
final class GroupCommit implements AutoCloseable {
  static final int MAX_BATCH = 256;
  static final long MAX_BATCH_BYTES = 16_000_000;
  static final int MAX_WAITING = 20_000;
  static final long MAX_WAITING_BYTES = 256_000_000;
  private static final int MAX_COLLISIONS = 5;

  /** Beyond it the oldest are not withdrawn. */
  static final int MAX_IN_DOUBT = 10_000;

  private static final Duration LAST_WORK = Duration.ofSeconds(10);

  private final Connections source;
  private final Dialect dialect;
  private final InstantSource clock;
  private final BatchInsert inserts;
  private final Executor listeners;
  private final List<Thread> writers = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<Entry<?>> waiting = new ArrayDeque<>();

  /** Jobs that were refused after a commit whose outcome is unknown. */
  private final LinkedHashSet<JobId> inDoubt = new LinkedHashSet<>();

  private long waitingBytes;
  private boolean isClosed;

  /**
   * Something to be done, and the future of its outcome.
   *
   * @param arrival a job to accept; else there is work
   */
  private record Entry<T>(
      CompletableFuture<T> future,
      Tx.@Nullable Work<T> work,
      @Nullable Arrival arrival,
      Supplier<T> outcome,
      long bytes) {}

  GroupCommit(
      Connections source,
      Dialect dialect,
      InstantSource clock,
      StoreLimits limits,
      Executor listeners,
      int threads) {
    this.source = source;
    this.dialect = dialect;
    this.clock = clock;
    this.inserts = new BatchInsert(limits);
    this.listeners = listeners;
    for (int i = 0; i < threads; i++) {
      writers.add(Thread.ofPlatform().daemon().name("jobs-writer-" + i).start(this::write));
    }
  }

  CompletableFuture<Accepted> accept(Arrival arrival) {
    return add(
        new Entry<>(new CompletableFuture<>(), null, arrival, arrival::outcome, arrival.bytes()));
  }

  <T> CompletableFuture<T> submit(Tx.Work<T> work, long bytes) {
    return add(
        new Entry<>(
            new CompletableFuture<>(),
            work,
            null,
            () -> {
              throw new IllegalStateException("work has its own outcome");
            },
            bytes));
  }

  private <T> CompletableFuture<T> add(Entry<T> entry) {
    lock.lock();
    try {
      if (isClosed) {
        return CompletableFuture.failedFuture(closed());
      }
      if (waiting.size() >= MAX_WAITING || waitingBytes + entry.bytes > MAX_WAITING_BYTES) {
        return CompletableFuture.failedFuture(
            new JobException.Unavailable(
                "the job store is overloaded: " + waiting.size() + " changes wait to be written",
                null));
      }
      waiting.add(entry);
      waitingBytes += entry.bytes;
      arrived.signal();
    } finally {
      lock.unlock();
    }
    return entry.future;
  }

  static JobException closed() {
    return new JobException.Unavailable("the job store is closed", null);
  }

  private void write() {
    for (List<Entry<?>> batch = next(); !batch.isEmpty(); batch = next()) {
      List<Runnable> news = new ArrayList<>(batch.size());
      if (!attempt(batch, news, 0) && batch.size() > 1) {
        batch.forEach(entry -> attempt(List.of(entry), news, 0));
      }
      listeners.execute(() -> news.forEach(Runnable::run));
    }
  }

  /** Waits for work; empty when closed and all is done. */
  private List<Entry<?>> next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !isClosed) {
        arrived.awaitUninterruptibly();
      }
      List<Entry<?>> batch = new ArrayList<>();
      long bytes = 0;
      while (!waiting.isEmpty() && batch.size() < MAX_BATCH && bytes < MAX_BATCH_BYTES) {
        Entry<?> entry = waiting.remove();
        batch.add(entry);
        bytes += entry.bytes;
      }
      waitingBytes -= bytes;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs the batch in one transaction.
   *
   * @param news gets the completions of the batch's futures, unless its parts should be tried
   * @return false if its parts should be tried one by one
   */
  private boolean attempt(List<Entry<?>> batch, List<Runnable> news, int collisions) {
    List<JobId> doubtful = doubtful();
    List<Runnable> results = new ArrayList<>(batch.size());
    boolean committing = false;
    try (Connection connection = source.get()) {
      try {
        connection.setAutoCommit(false);
        run(connection, batch, doubtful, results);
        committing = true;
        connection.commit();
        settled(doubtful, batch);
        news.addAll(results);
        return true;
      } catch (SQLException | RuntimeException e) {
        boolean isStale = e instanceof SQLException failed && dialect.isStale(failed);
        if (!rollBack(connection) || committing || isStale) {
          source.discard(connection);
        }
        throw e;
      }
    } catch (SQLException e) {
      if (committing) {
        doubt(batch);
      }
      if (batch.size() == 1 && dialect.isCollision(e) && collisions < MAX_COLLISIONS) {
        return attempt(batch, news, collisions + 1);
      }
      if (batch.size() > 1 && !dialect.isLost(e)) {
        return false;
      }
      fail(batch, news, new JobException.Unavailable(dialect.explain(e), e));
    } catch (RuntimeException e) {
      if (batch.size() > 1) {
        return false;
      }
      fail(batch, news, e);
    }
    return true;
  }

  private List<JobId> doubtful() {
    lock.lock();
    try {
      return List.copyOf(inDoubt);
    } finally {
      lock.unlock();
    }
  }

  /** The commit of these arrivals failed, and may have taken effect all the same. */
  private void doubt(List<Entry<?>> batch) {
    lock.lock();
    try {
      for (Entry<?> entry : batch) {
        if (entry.arrival != null) {
          inDoubt.add(entry.arrival.id());
        }
      }
      while (inDoubt.size() > MAX_IN_DOUBT) {
        inDoubt.removeFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  private void settled(List<JobId> withdrawn, List<Entry<?>> batch) {
    lock.lock();
    try {
      withdrawn.forEach(inDoubt::remove);
      for (Entry<?> entry : batch) {
        if (entry.arrival != null) {
          inDoubt.remove(entry.arrival.id());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void run(
      Connection connection, List<Entry<?>> batch, List<JobId> doubtful, List<Runnable> results)
      throws SQLException {
    Instant now = Instant.ofEpochMilli(clock.millis());
    Tx tx = new Tx(connection, dialect, now, new CounterDelta());
    for (JobId id : doubtful) {
      Transitions.withdraw(tx, id);
    }
    List<Arrival> arrivals = new ArrayList<>();
    for (Entry<?> entry : batch) {
      if (entry.arrival != null) {
        arrivals.add(entry.arrival);
      }
    }
    if (!arrivals.isEmpty()) {
      inserts.accept(tx, arrivals);
    }
    for (Entry<?> entry : batch) {
      results.add(result(tx, entry));
    }
    tx.delta().write(connection);
  }

  private static <T> Runnable result(Tx tx, Entry<T> entry) throws SQLException {
    try {
      T value = entry.work == null ? entry.outcome.get() : entry.work.run(tx);
      return () -> entry.future.complete(value);
    } catch (JobException e) {
      return () -> entry.future.completeExceptionally(e);
    }
  }

  private static void fail(List<Entry<?>> batch, List<Runnable> news, RuntimeException e) {
    batch.forEach(entry -> news.add(() -> entry.future.completeExceptionally(e)));
  }

  /** Whether the transaction is certainly over and the connection of use. */
  private static boolean rollBack(Connection connection) {
    try {
      connection.rollback();
      return true;
    } catch (SQLException e) {
      // Some failures have rolled back already, or have lost the connection.
      return false;
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      for (Thread writer : writers) {
        if (!writer.join(LAST_WORK)) {
          writer.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
