package dev.forebay.jobs.sql;

import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.NewJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests and results: what is large. */
final class Payloads {
  private Payloads() {}

  static void addRequests(Tx tx, List<NewJob> jobs) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>(jobs.size());
    for (NewJob job : jobs) {
      rows.add(
          new @Nullable Object[] {
            job.job().id().text(), text(job.request().headers()), job.request().body().bytes()
          });
    }
    Sql.batch(
        tx.connection(), "INSERT INTO job_request (id, headers, body) VALUES (?, ?, ?)", rows);
  }

  static JobRequest request(Tx tx, JobId id) throws SQLException {
    return Sql.one(
            tx.connection(),
            "SELECT headers, body FROM job_request WHERE id = ?",
            row -> new JobRequest(headers(row.getString(1)), Content.of(row.getBytes(2))),
            id.text())
        .orElseThrow(() -> new IllegalStateException("job " + id + " has no request"));
  }

  static void dropRequest(Tx tx, JobId id) throws SQLException {
    Sql.update(tx.connection(), "DELETE FROM job_request WHERE id = ?", id.text());
  }

  static void addResult(Tx tx, JobId id, JobResult result) throws SQLException {
    Sql.update(
        tx.connection(),
        "INSERT INTO job_result (id, status, headers, body) VALUES (?, ?, ?, ?)",
        id.text(),
        result.status(),
        text(result.headers()),
        result.body().bytes());
  }

  static Optional<JobResult> result(Connection connection, JobId id) throws SQLException {
    return Sql.one(
        connection,
        "SELECT status, headers, body FROM job_result WHERE id = ?",
        row -> new JobResult(row.getInt(1), headers(row.getString(2)), Content.of(row.getBytes(3))),
        id.text());
  }

  /** How many bytes became free. */
  static long dropResult(Tx tx, JobId id) throws SQLException {
    long bytes =
        Sql.one(
                tx.connection(),
                "SELECT LENGTH(headers) + LENGTH(body) FROM job_result WHERE id = ?",
                row -> row.getLong(1),
                id.text())
            .orElse(0L);
    Sql.update(tx.connection(), "DELETE FROM job_result WHERE id = ?", id.text());
    return bytes;
  }

  static long size(JobRequest request) {
    return size(request.headers(), request.body());
  }

  static long size(JobResult result) {
    return size(result.headers(), result.body());
  }

  private static long size(List<Header> headers, Content body) {
    return (long) text(headers).length() + body.size();
  }

  private static String text(List<Header> headers) {
    StringBuilder text = new StringBuilder();
    for (Header header : headers) {
      text.append(header.name()).append(':').append(header.value()).append('\n');
    }
    return text.toString();
  }

  private static List<Header> headers(String text) {
    return text.lines()
        .map(
            line -> {
              int colon = line.indexOf(':');
              return new Header(line.substring(0, colon), line.substring(colon + 1));
            })
        .toList();
  }
}
