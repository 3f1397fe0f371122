package dev.forebay.jobs.sql;

import dev.forebay.jobs.Content;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobState.Queued;
import dev.forebay.jobs.JobStore.Accepted;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoredJob;
import dev.forebay.jobs.sql.JobRows.NewRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accepts all jobs of a transaction at once: two statements, however many there are. */
final class BatchInsert {
  private final StoreLimits limits;

  BatchInsert(StoreLimits limits) {
    this.limits = limits;
  }

  /** A submitted job and its outcome. */
  static final class Arrival {
    private final NewJob job;
    private final NewRow row;
    private @Nullable Accepted accepted;
    private @Nullable JobException refusal;

    /** Hashes the request if it has a key: not on a thread that others wait for. */
    Arrival(NewJob job) {
      this.job = job;
      StoredJob stored =
          new StoredJob(
              job.job(), new Queued(job.job().created()), 0, 0, Payloads.size(job.request()));
      this.row =
          new NewRow(
              stored,
              job.idempotencyKey().map(key -> sha256(key.getBytes(StandardCharsets.UTF_8))),
              job.idempotencyKey().map(key -> fingerprint(job)));
    }

    JobId id() {
      return job.job().id();
    }

    long bytes() {
      return row.stored().bytes();
    }

    /** What became of it once its transaction is over. */
    Accepted outcome() {
      if (refusal != null) {
        throw refusal;
      }
      if (accepted == null) {
        throw new IllegalStateException("no outcome yet");
      }
      return accepted;
    }

    private static Content fingerprint(NewJob job) {
      return sha256(
          job.job().operation().getBytes(StandardCharsets.UTF_8),
          new byte[] {'\n'},
          job.job().modelPath().getBytes(StandardCharsets.UTF_8),
          new byte[] {'\n'},
          job.request().body().bytes());
    }

    private static Content sha256(byte[]... parts) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (byte[] part : parts) {
          digest.update(part);
        }
        return Content.of(digest.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  /** In the order of the keys, so that two transactions never wait for each other's. */
  void accept(Tx tx, List<Arrival> arrivals) throws SQLException {
    List<Arrival> admitted = new ArrayList<>(admit(tx, arrivals));
    admitted.sort(Comparator.comparing(arrival -> arrival.job.idempotencyKey().orElse("")));
    boolean[] added = JobRows.insert(tx, admitted.stream().map(arrival -> arrival.row).toList());
    List<NewJob> requests = new ArrayList<>();
    for (int i = 0; i < added.length; i++) {
      Arrival arrival = admitted.get(i);
      if (added[i]) {
        requests.add(arrival.job);
        arrival.accepted = new Accepted(arrival.row.stored(), true);
        tx.delta().moved(null, arrival.row.stored());
      } else {
        meet(tx, arrival);
      }
    }
    if (!requests.isEmpty()) {
      Payloads.addRequests(tx, requests);
    }
  }

  /** Those for which there is room, and those that may be there already. */
  private List<Arrival> admit(Tx tx, List<Arrival> arrivals) throws SQLException {
    long[] held =
        Sql.one(
                tx.connection(),
                "SELECT SUM(jobs), SUM(bytes) FROM job_total",
                row -> new long[] {row.getLong(1), row.getLong(2)})
            .orElseThrow();
    List<Arrival> admitted = new ArrayList<>(arrivals.size());
    for (Arrival arrival : arrivals) {
      arrival.accepted = null;
      arrival.refusal = null;
      String over = over(held[0] + 1, held[1] + arrival.bytes());
      if (over == null) {
        held[0]++;
        held[1] += arrival.bytes();
        admitted.add(arrival);
      } else if (!meet(tx, arrival)) {
        arrival.refusal = new JobException.Full(over);
      }
    }
    return admitted;
  }

  private @Nullable String over(long jobs, long bytes) {
    if (jobs > limits.maxJobs()) {
      return "the job store holds " + limits.maxJobs() + " jobs, all that it may; try again later";
    }
    if (bytes > limits.maxBytes()) {
      return "the job store holds nearly "
          + limits.maxBytes()
          + " bytes, all that it may; try again later";
    }
    return null;
  }

  /** Finds the job that was accepted before under the same id or key. */
  private static boolean meet(Tx tx, Arrival arrival) throws SQLException {
    record Earlier(StoredJob stored, Optional<Content> fingerprint) {}
    Optional<Earlier> earlier =
        Sql.one(
            tx.connection(),
            "SELECT "
                + JobRows.COLUMNS
                + " FROM job WHERE id = ? OR (tenant = ? AND idempotency_key = ?)",
            row ->
                new Earlier(
                    JobRows.read(row),
                    Optional.ofNullable(row.getBytes("fingerprint")).map(Content::of)),
            arrival.job.job().id().text(),
            arrival.job.job().tenant().name(),
            arrival.row.key().map(Content::bytes).orElse(null));
    if (earlier.isEmpty()) {
      return false;
    }
    if (earlier.get().fingerprint.equals(arrival.row.fingerprint())) {
      arrival.accepted = new Accepted(earlier.get().stored, false);
    } else {
      arrival.refusal = new JobException.KeyReused(earlier.get().stored.id());
    }
    return true;
  }
}
