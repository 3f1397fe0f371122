package dev.forebay.jobs.sql;

import dev.forebay.core.Priority;
import dev.forebay.jobs.Backlog;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobPage;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.StoreStats;
import dev.forebay.jobs.StoredJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks without changing; each query reads a page of one index, however many jobs there are. */
final class Listing {
  /** Sorts after every id. */
  private static final String END = "~";

  private Listing() {}

  static Optional<StoredJob> find(Connection connection, JobId id) throws SQLException {
    return Sql.one(
        connection,
        "SELECT " + JobRows.COLUMNS + " FROM job WHERE id = ?",
        JobRows::read,
        id.text());
  }

  static JobPage list(Connection connection, JobQuery query) throws SQLException {
    Page page = new Page(query);
    if (query.tenant().isPresent() && query.status().isEmpty()) {
      for (JobStatus status : JobStatus.values()) {
        page.add(Optional.of(status));
      }
    } else {
      page.add(query.status());
    }
    List<StoredJob> jobs = page.read(connection);
    if (jobs.size() <= query.limit()) {
      return new JobPage(jobs, Optional.empty());
    }
    List<StoredJob> first = jobs.subList(0, query.limit());
    return new JobPage(first, Optional.of(first.get(first.size() - 1).id()));
  }

  /**
   * A query for the newest jobs of some states: one statement, so that a job that goes from one
   * state to another meanwhile is seen in exactly one of them.
   */
  private static final class Page {
    private final JobQuery query;
    private final List<String> parts = new ArrayList<>();
    private final List<@Nullable Object> arguments = new ArrayList<>();

    Page(JobQuery query) {
      this.query = query;
    }

    /** One more than asked for, to know whether there are more. */
    void add(Optional<JobStatus> status) {
      StringBuilder sql = new StringBuilder("SELECT " + JobRows.COLUMNS + " FROM job WHERE id < ?");
      arguments.add(query.after().map(JobId::text).orElse(END));
      if (query.tenant().isPresent()) {
        sql.append(" AND tenant = ?");
        arguments.add(query.tenant().get());
      }
      if (status.isPresent()) {
        sql.append(" AND state = ?");
        arguments.add(status.get().label());
      }
      sql.append(" ORDER BY id DESC LIMIT ?");
      arguments.add(query.limit() + 1);
      parts.add("SELECT * FROM (" + sql + ") AS part" + parts.size());
    }

    List<StoredJob> read(Connection connection) throws SQLException {
      List<StoredJob> jobs =
          Sql.list(
              connection, String.join(" UNION ALL ", parts), JobRows::read, arguments.toArray());
      return jobs.stream().sorted(Comparator.comparing(StoredJob::id).reversed()).toList();
    }
  }

  static StoreStats stats(Connection connection) throws SQLException {
    Map<JobStatus, Long> jobs = new EnumMap<>(JobStatus.class);
    long[] bytes = new long[1];
    Sql.list(
        connection,
        "SELECT state, jobs, bytes FROM job_total",
        row -> {
          bytes[0] += row.getLong(3);
          return jobs.put(JobRows.status(row.getString(1)), row.getLong(2));
        });
    Optional<Instant> oldest =
        Sql.one(
            connection,
            "SELECT created FROM job WHERE state = 'queued' ORDER BY id LIMIT 1",
            row -> Instant.ofEpochMilli(row.getLong(1)));
    return new StoreStats(jobs, bytes[0], oldest);
  }

  static Backlog backlog(Connection connection, String route) throws SQLException {
    record Line(String priority, Backlog.Queued waiting) {}
    List<Line> lines =
        Sql.list(
            connection,
            """
            SELECT priority, SUM(jobs), SUM(tokens) FROM job_line
            WHERE route = ? AND jobs > 0 GROUP BY priority
            """,
            row -> new Line(row.getString(1), new Backlog.Queued(row.getLong(2), row.getLong(3))),
            route);
    Map<Priority, Backlog.Queued> classes = new EnumMap<>(Priority.class);
    lines.forEach(line -> classes.put(JobRows.priority(line.priority), line.waiting));
    return new Backlog(classes);
  }
}
