package dev.forebay.jobs.sql;

import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.StoredJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction changes in the sums. Written once, at its end and in one order, so that
 * transactions wait for each other's sums as shortly as can be and never in a circle.
 */
final class CounterDelta {
  /** Jobs of a tenant that wait for the same capacity. */
  private record Line(String route, String priority, String tenant) {
    static final Comparator<Line> ORDER =
        Comparator.comparing(Line::route).thenComparing(Line::priority).thenComparing(Line::tenant);

    static Line of(Job job) {
      return new Line(job.route(), job.priority().label(), job.tenant().name());
    }
  }

  private static final class Change {
    private long jobs;
    private long amount;
    private double served;
  }

  private final Map<JobStatus, Change> totals = new EnumMap<>(JobStatus.class);
  private final Map<Line, Change> lines = new TreeMap<>(Line.ORDER);

  /** A job was added (nothing before), changed, or removed (nothing after). */
  void moved(@Nullable StoredJob before, @Nullable StoredJob after) {
    if (before != null) {
      count(before, -1);
    }
    if (after != null) {
      count(after, 1);
    }
  }

  /** The tenant was given that many tokens; negative: it gave them back. */
  void served(Job job, long tokens) {
    line(job).served += (double) tokens / job.tenant().weight();
  }

  private void count(StoredJob stored, int sign) {
    JobStatus status = stored.state().status();
    Change total = totals.computeIfAbsent(status, any -> new Change());
    total.jobs += sign;
    total.amount += sign * stored.bytes();
    if (status == JobStatus.QUEUED) {
      Change line = line(stored.job());
      line.jobs += sign;
      line.amount += sign * stored.job().expectedTokens();
    }
  }

  private Change line(Job job) {
    return lines.computeIfAbsent(Line.of(job), any -> new Change());
  }

  void write(Connection connection) throws SQLException {
    for (Map.Entry<Line, Change> line : lines.entrySet()) {
      write(connection, line.getKey(), line.getValue());
    }
    for (Map.Entry<JobStatus, Change> total : totals.entrySet()) {
      Sql.update(
          connection,
          "UPDATE job_total SET jobs = jobs + ?, bytes = bytes + ? WHERE state = ?",
          total.getValue().jobs,
          total.getValue().amount,
          total.getKey().label());
    }
  }

  /** A tenant that begins to wait starts where those are who wait already. */
  private static void write(Connection connection, Line line, Change change) throws SQLException {
    double floor = change.jobs > 0 ? leastServed(connection, line) : 0;
    Sql.update(
        connection,
        """
        INSERT INTO job_line (route, priority, tenant, jobs, tokens, served) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (route, priority, tenant) DO UPDATE SET
          jobs = job_line.jobs + excluded.jobs,
          tokens = job_line.tokens + excluded.tokens,
          served = ? + CASE WHEN job_line.jobs = 0 AND job_line.served < ? THEN ? ELSE job_line.served END
        """,
        line.route,
        line.priority,
        line.tenant,
        change.jobs,
        change.amount,
        floor + change.served,
        change.served,
        floor,
        floor);
  }

  private static double leastServed(Connection connection, Line line) throws SQLException {
    return Sql.one(
            connection,
            "SELECT MIN(served) FROM job_line WHERE route = ? AND priority = ? AND jobs > 0",
            row -> row.getDouble(1),
            line.route,
            line.priority)
        .orElse(0.0);
  }
}
