package dev.forebay.jobs.worker;

import dev.forebay.core.Checks;
import java.time.Duration;

/**
 * How a worker drains its route.
 *
 * @param concurrency how many jobs at a time
 * @param lease for how long a job is its own without a renewal; renewed at a third of it
 * @param maxAttempts with how many real failures a job is a dead letter
 * @param poll how often it looks for jobs that another process accepted
 */
public record WorkerSettings(int concurrency, Duration lease, int maxAttempts, Duration poll) {
  /** The most jobs that are taken at once. */
  public static final int MAX_TAKE = 10;

  /** 32 jobs, 30 s, 5 attempts, a look every second. */
  public static final WorkerSettings DEFAULTS =
      new WorkerSettings(32, Duration.ofSeconds(30), 5, Duration.ofSeconds(1));

  public WorkerSettings {
    Checks.check(concurrency >= 1, "concurrency", "must be at least 1", concurrency);
    Checks.check(lease.toMillis() >= 3, "lease", "must be at least 3ms", lease);
    Checks.check(maxAttempts >= 1, "maxAttempts", "must be at least 1", maxAttempts);
    Checks.check(poll.isPositive(), "poll", "must be positive", poll);
  }
}
