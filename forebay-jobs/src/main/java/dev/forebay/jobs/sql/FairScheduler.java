package dev.forebay.jobs.sql;

import dev.forebay.core.Priority;
import dev.forebay.jobs.JobState.Queued;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.StoredJob;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Whose turn it is: the most urgent class first, in it the tenant with the smallest virtual token
 * counter, of that what expires first.
 *
 * <pre>counter += expected tokens / weight</pre>
 */
final class FairScheduler {
  private FairScheduler() {}

  /** A tenant with jobs of one class. */
  private static final class Line {
    private final String tenant;
    private final Priority priority;
    private double served;
    private final Deque<StoredJob> next = new ArrayDeque<>();
    private boolean fetched;

    private Line(String tenant, Priority priority, double served) {
      this.tenant = tenant;
      this.priority = priority;
      this.served = served;
    }

    private double served() {
      return served;
    }

    private String tenant() {
      return tenant;
    }
  }

  /** The jobs of one take, whose requests are all in memory at once. */
  private static final class Taken {
    private static final long MAX_BYTES = 32L << 20;

    private final List<TakenJob> jobs = new ArrayList<>();
    private final int max;
    private long bytes;
    private boolean full;

    private Taken(int max) {
      this.max = max;
    }

    private int places() {
      return max - jobs.size();
    }

    /**
     * The first has, whatever its size; the one that has not ends the take, as its turn is next.
     */
    private boolean hasRoomFor(StoredJob job) {
      bytes += job.bytes();
      full = !jobs.isEmpty() && bytes > MAX_BYTES;
      return !full;
    }

    private void add(TakenJob job) {
      jobs.add(job);
      full = places() == 0;
    }
  }

  static List<TakenJob> take(Tx tx, Take take) throws SQLException {
    List<Line> lines =
        Sql.list(
            tx.connection(),
            "SELECT tenant, priority, served FROM job_line WHERE route = ? AND jobs > 0",
            row -> new Line(row.getString(1), JobRows.priority(row.getString(2)), row.getDouble(3)),
            take.route());
    Taken taken = new Taken(take.max());
    for (Priority priority : Priority.values()) {
      PriorityQueue<Line> turns =
          new PriorityQueue<>(Comparator.comparingDouble(Line::served).thenComparing(Line::tenant));
      lines.stream().filter(line -> line.priority == priority).forEach(turns::add);
      takeInTurn(tx, take, turns, taken);
    }
    return taken.jobs;
  }

  private static void takeInTurn(Tx tx, Take take, PriorityQueue<Line> turns, Taken taken)
      throws SQLException {
    while (!taken.full && !turns.isEmpty()) {
      Line line = turns.remove();
      if (!line.fetched) {
        line.next.addAll(ready(tx, take, line, taken.places()));
        line.fetched = true;
      }
      StoredJob job = line.next.poll();
      if (job != null && taken.hasRoomFor(job)) {
        taken.add(lease(tx, take, job));
        line.served += (double) job.job().expectedTokens() / job.job().tenant().weight();
        turns.add(line);
      }
    }
  }

  private static List<StoredJob> ready(Tx tx, Take take, Line line, int max) throws SQLException {
    return Sql.list(
        tx.connection(),
        "SELECT "
            + JobRows.COLUMNS
            + " FROM job WHERE state = 'queued' AND route = ? AND priority = ? AND tenant = ?"
            + " AND expires > ? AND not_before <= ? ORDER BY expires, id LIMIT ?"
            + tx.dialect().skipLocked(),
        JobRows::read,
        take.route(),
        line.priority.label(),
        line.tenant,
        tx.nowMillis(),
        tx.nowMillis(),
        max);
  }

  private static TakenJob lease(Tx tx, Take take, StoredJob job) throws SQLException {
    if (!(job.state() instanceof Queued queued)) {
      throw new IllegalStateException("job " + job.id() + " is not queued");
    }
    Instant until = tx.now().plus(take.lease());
    StoredJob running = job.taken(queued, take.owner(), until);
    JobRows.update(tx, job, running);
    tx.delta().served(job.job(), job.job().expectedTokens());
    return new TakenJob(running, running.lease().orElseThrow(), Payloads.request(tx, running.id()));
  }
}
