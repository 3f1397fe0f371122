package dev.forebay.jobs.sql;

import dev.forebay.jobs.JobState.Queued;
import dev.forebay.jobs.JobState.Running;
import dev.forebay.jobs.JobStore.Swept;
import dev.forebay.jobs.StoredJob;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** What time alone does to jobs. */
final class Sweeps {
  /** So many jobs at once: others want to write, too. */
  static final int MAX = 500;

  private record Line(String route, String priority, String tenant) {}

  private Sweeps() {}

  static Swept sweep(Tx tx) throws SQLException {
    List<StoredJob> lapsed =
        Sql.list(
            tx.connection(),
            "SELECT "
                + JobRows.COLUMNS
                + " FROM job WHERE state = 'running' AND lease_until <= ?"
                + " ORDER BY lease_until LIMIT ?"
                + tx.dialect().skipLocked(),
            JobRows::read,
            tx.nowMillis(),
            MAX);
    int expired = 0;
    int handedOver = 0;
    for (StoredJob job : lapsed) {
      if (job.state() instanceof Running running) {
        if (job.isExpired(tx.now())) {
          Transitions.expire(tx, job, running.expire(tx.now()));
          expired++;
        } else {
          JobRows.update(tx, job, job.in(running.release(tx.now())));
          handedOver++;
        }
      }
    }
    int waiting = expireWaiting(tx);
    return new Swept(expired + waiting, handedOver, lapsed.size() == MAX || waiting >= MAX);
  }

  /** Line by line, in the order in which they expire: no index of its own is needed. */
  private static int expireWaiting(Tx tx) throws SQLException {
    List<Line> lines =
        Sql.list(
            tx.connection(),
            "SELECT route, priority, tenant FROM job_line WHERE jobs > 0",
            row -> new Line(row.getString(1), row.getString(2), row.getString(3)));
    int expired = 0;
    for (Line line : lines) {
      if (expired < MAX) {
        expired += expireWaiting(tx, line, MAX - expired);
      }
    }
    forgetLines(tx);
    return expired;
  }

  private static int expireWaiting(Tx tx, Line line, int max) throws SQLException {
    List<StoredJob> late =
        Sql.list(
            tx.connection(),
            "SELECT "
                + JobRows.COLUMNS
                + " FROM job WHERE state = 'queued' AND route = ? AND priority = ? AND tenant = ?"
                + " AND expires <= ? ORDER BY expires, id LIMIT ?"
                + tx.dialect().skipLocked(),
            JobRows::read,
            line.route,
            line.priority,
            line.tenant,
            tx.nowMillis(),
            max);
    for (StoredJob job : late) {
      if (job.state() instanceof Queued queued) {
        Transitions.expire(tx, job, queued.expire(tx.now()));
      }
    }
    return late.size();
  }

  /** Removes the order of tenants where a route's queue of that priority is empty. */
  private static void forgetLines(Tx tx) throws SQLException {
    Sql.update(
        tx.connection(),
        """
        DELETE FROM job_line WHERE jobs = 0 AND NOT EXISTS (
          SELECT 1 FROM job_line other
          WHERE other.route = job_line.route AND other.priority = job_line.priority AND other.jobs > 0)
        """);
  }

  static int forget(Tx tx, Instant endedBefore) throws SQLException {
    List<StoredJob> old =
        Sql.list(
            tx.connection(),
            "SELECT "
                + JobRows.COLUMNS
                + " FROM job WHERE ended IS NOT NULL AND ended < ? ORDER BY ended LIMIT ?"
                + tx.dialect().skipLocked(),
            JobRows::read,
            endedBefore.toEpochMilli(),
            MAX);
    for (StoredJob job : old) {
      Transitions.forget(tx, job);
    }
    return old.size();
  }
}
