package dev.forebay.jobs;

import dev.forebay.core.Checks;

/**
 * How much a store holds: what comes beyond is refused, and what is there stays.
 *
 * @param maxJobs jobs of any state
 * @param maxBytes of requests and results together
 */
public record StoreLimits(long maxJobs, long maxBytes) {
  /** The largest body of a request: 25 MB, Bedrock's own limit. */
  public static final int MAX_BODY = 25_000_000;

  /** A million jobs, 10 GB. */
  public static final StoreLimits DEFAULTS = new StoreLimits(1_000_000, 10_000_000_000L);

  public StoreLimits {
    Checks.check(maxJobs > 0, "maxJobs", "must be positive", maxJobs);
    Checks.check(maxBytes > 0, "maxBytes", "must be positive", maxBytes);
  }
}
