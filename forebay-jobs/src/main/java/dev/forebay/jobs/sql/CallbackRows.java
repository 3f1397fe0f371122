package dev.forebay.jobs.sql;

import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobStore.DueCallback;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The callbacks that are due when a job has ended. */
final class CallbackRows {
  private CallbackRows() {}

  static void add(Tx tx, JobId id) throws SQLException {
    Sql.update(
        tx.connection(),
        "INSERT INTO job_callback (id, due, attempts) VALUES (?, ?, 0)",
        id.text(),
        tx.nowMillis());
  }

  static void drop(Tx tx, JobId id) throws SQLException {
    Sql.update(tx.connection(), "DELETE FROM job_callback WHERE id = ?", id.text());
  }

  static void retry(Tx tx, JobId id, Instant due) throws SQLException {
    Sql.update(
        tx.connection(),
        "UPDATE job_callback SET due = ?, attempts = attempts + 1 WHERE id = ?",
        due.toEpochMilli(),
        id.text());
  }

  /** Until the lease ends they are not due; after a crash another process takes them. */
  static List<DueCallback> take(Tx tx, int max, Duration lease) throws SQLException {
    record Due(String id, int attempts) {}
    List<Due> all =
        Sql.list(
            tx.connection(),
            "SELECT id, attempts FROM job_callback WHERE due <= ? ORDER BY due LIMIT ?"
                + tx.dialect().skipLocked(),
            row -> new Due(row.getString(1), row.getInt(2)),
            tx.nowMillis(),
            max);
    List<DueCallback> callbacks = new ArrayList<>();
    for (Due due : all) {
      Sql.update(
          tx.connection(),
          "UPDATE job_callback SET due = ? WHERE id = ?",
          tx.now().plus(lease).toEpochMilli(),
          due.id);
      Sql.one(
              tx.connection(),
              "SELECT " + JobRows.COLUMNS + " FROM job WHERE id = ?",
              JobRows::read,
              due.id)
          .ifPresent(job -> callbacks.add(new DueCallback(job, due.attempts)));
    }
    return callbacks;
  }
}
