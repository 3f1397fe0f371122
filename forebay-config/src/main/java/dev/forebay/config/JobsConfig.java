package dev.forebay.config;

import dev.forebay.core.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The durable queue.
 *
 * @param store a URL: {@code sqlite:FILE} or {@code postgres://...}; secret, as it may hold a
 *     password
 * @param retention how long a job that has ended is kept with its answer; a week by default
 * @param maxJobs of all states together; a million by default
 * @param maxBytes of requests and answers together; 10 GB by default
 * @param callbacks empty: no callbacks
 */
public record JobsConfig(
    Secret store, Duration retention, long maxJobs, long maxBytes, Optional<Callbacks> callbacks) {
  public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);
  static final long DEFAULT_MAX_JOBS = 1_000_000;
  static final long DEFAULT_MAX_BYTES = 10_000_000_000L;

  public JobsConfig {
    Checks.check(retention.isPositive(), "retention", "must be positive", retention);
    Checks.check(maxJobs > 0, "maxJobs", "must be positive", maxJobs);
    Checks.check(maxBytes > 0, "maxBytes", "must be positive", maxBytes);
  }

  /** A queue with the defaults of everything but its store. */
  public JobsConfig(Secret store) {
    this(store, DEFAULT_RETENTION, DEFAULT_MAX_JOBS, DEFAULT_MAX_BYTES, Optional.empty());
  }

  /**
   * To whom the end of a job may be reported.
   *
   * @param hosts names or addresses, in lower case
   * @param secret signs the reports
   * @param privateNetwork whether they may have private addresses, and plain HTTP
   */
  public record Callbacks(List<String> hosts, Secret secret, boolean privateNetwork) {
    public Callbacks {
      hosts = List.copyOf(hosts);
    }
  }
}
