package dev.forebay.jobs.sql;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobState;
import dev.forebay.jobs.JobState.Cancelled;
import dev.forebay.jobs.JobState.Done;
import dev.forebay.jobs.JobState.Expired;
import dev.forebay.jobs.JobState.Failed;
import dev.forebay.jobs.JobState.Queued;
import dev.forebay.jobs.JobState.Running;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.Lease;
import dev.forebay.jobs.StoredJob;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of the table of jobs: reading, adding, changing. */
final class JobRows {
  private static final List<String> NAMES =
      List.of(
          "id",
          "tenant",
          "weight",
          "route",
          "operation",
          "model_path",
          "priority",
          "created",
          "expires",
          "tokens",
          "callback",
          "idempotency_key",
          "fingerprint",
          "state",
          "not_before",
          "attempts",
          "takes",
          "lease_owner",
          "lease_until",
          "reason",
          "ended",
          "bytes");

  /** What a reader needs. */
  static final String COLUMNS = String.join(", ", NAMES);

  private static final String INSERT =
      "INSERT INTO job ("
          + COLUMNS
          + ") VALUES ("
          + NAMES.stream().map(name -> "?").collect(Collectors.joining(", "))
          + ") ON CONFLICT DO NOTHING";

  private static final String UPDATE =
      """
      UPDATE job SET expires = ?, state = ?, not_before = ?, attempts = ?, takes = ?, lease_owner = ?,
        lease_until = ?, reason = ?, ended = ?, bytes = ? WHERE id = ?
      """;

  private JobRows() {}

  /**
   * A queued job's row.
   *
   * @param key a hash of the Idempotency-Key
   * @param fingerprint distinguishes its request from others with the same key
   */
  record NewRow(StoredJob stored, Optional<Content> key, Optional<Content> fingerprint) {}

  /** Which of the rows were added; the others collide with one that is there. */
  static boolean[] insert(Tx tx, List<NewRow> rows) throws SQLException {
    int[] counts = Sql.batch(tx.connection(), INSERT, rows.stream().map(JobRows::values).toList());
    boolean[] added = new boolean[counts.length];
    for (int i = 0; i < counts.length; i++) {
      added[i] = counts[i] > 0;
    }
    return added;
  }

  private static @Nullable Object[] values(NewRow row) {
    Job job = row.stored.job();
    @Nullable Object[] asked = {
      job.id().text(),
      job.tenant().name(),
      job.tenant().weight(),
      job.route(),
      job.operation(),
      job.modelPath(),
      job.priority().label(),
      job.created().toEpochMilli(),
      job.expires().toEpochMilli(),
      job.expectedTokens(),
      job.callback().map(URI::toString).orElse(null),
      row.key.map(Content::bytes).orElse(null),
      row.fingerprint.map(Content::bytes).orElse(null)
    };
    @Nullable Object[] standing = standing(row.stored);
    @Nullable Object[] all = Arrays.copyOf(asked, asked.length + standing.length);
    System.arraycopy(standing, 0, all, asked.length, standing.length);
    return all;
  }

  /** The values of the columns from {@code state} to {@code bytes}. */
  private static @Nullable Object[] standing(StoredJob stored) {
    JobState state = stored.state();
    Running running = state instanceof Running held ? held : null;
    return new @Nullable Object[] {
      state.status().label(),
      state instanceof Queued queued ? queued.notBefore().toEpochMilli() : 0L,
      stored.attempts(),
      stored.takes(),
      running == null ? null : running.lease().owner(),
      running == null ? null : running.until().toEpochMilli(),
      state instanceof Failed failed ? failed.reason() : null,
      ended(state).map(Instant::toEpochMilli).orElse(null),
      stored.bytes()
    };
  }

  private static Optional<Instant> ended(JobState state) {
    return switch (state) {
      case Queued queued -> Optional.empty();
      case Running running -> Optional.empty();
      case Done done -> Optional.of(done.at());
      case Failed failed -> Optional.of(failed.at());
      case Expired expired -> Optional.of(expired.at());
      case Cancelled cancelled -> Optional.of(cancelled.at());
    };
  }

  static void update(Tx tx, StoredJob before, StoredJob after) throws SQLException {
    @Nullable Object[] standing = standing(after);
    @Nullable Object[] all = new @Nullable Object[standing.length + 2];
    all[0] = after.job().expires().toEpochMilli();
    System.arraycopy(standing, 0, all, 1, standing.length);
    all[all.length - 1] = after.id().text();
    Sql.update(tx.connection(), UPDATE, all);
    tx.delta().moved(before, after);
  }

  /** The job, kept from other writers until the transaction ends. */
  static Optional<StoredJob> lock(Tx tx, JobId id) throws SQLException {
    return Sql.one(
        tx.connection(),
        "SELECT " + COLUMNS + " FROM job WHERE id = ?" + tx.dialect().lock(),
        JobRows::read,
        id.text());
  }

  static StoredJob read(ResultSet row) throws SQLException {
    JobId id = new JobId(row.getString("id"));
    int takes = row.getInt("takes");
    Job job =
        new Job(
            id,
            new Tenant(row.getString("tenant"), row.getDouble("weight")),
            row.getString("route"),
            row.getString("operation"),
            row.getString("model_path"),
            priority(row.getString("priority")),
            time(row, "created"),
            time(row, "expires"),
            row.getLong("tokens"),
            Optional.ofNullable(row.getString("callback")).map(URI::create));
    return new StoredJob(
        job, state(row, id, takes), row.getInt("attempts"), takes, row.getLong("bytes"));
  }

  private static JobState state(ResultSet row, JobId id, int takes) throws SQLException {
    return switch (status(row.getString("state"))) {
      case QUEUED -> new Queued(time(row, "not_before"));
      case RUNNING ->
          new Running(new Lease(id, row.getString("lease_owner"), takes), time(row, "lease_until"));
      case DONE -> new Done(time(row, "ended"));
      case FAILED -> new Failed(row.getString("reason"), time(row, "ended"));
      case EXPIRED -> new Expired(time(row, "ended"));
      case CANCELLED -> new Cancelled(time(row, "ended"));
    };
  }

  static JobStatus status(String label) {
    return JobStatus.of(label).orElseThrow(() -> new IllegalStateException("state " + label));
  }

  static Priority priority(String label) {
    return Arrays.stream(Priority.values())
        .filter(priority -> priority.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("priority " + label));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }
}
