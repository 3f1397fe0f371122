package dev.forebay.jobs;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a store holds.
 *
 * @param jobs by state; a state that no job is in may be missing
 * @param bytes of requests and results
 * @param oldestQueued when the job was accepted that has waited longest
 */
public record StoreStats(Map<JobStatus, Long> jobs, long bytes, Optional<Instant> oldestQueued) {
  public StoreStats {
    jobs = Map.copyOf(jobs);
  }

  /** How many are in that state. */
  public long count(JobStatus status) {
    return jobs.getOrDefault(status, 0L);
  }

  /** How many there are. */
  public long total() {
    return jobs.values().stream().mapToLong(Long::longValue).sum();
  }
}
