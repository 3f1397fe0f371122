package dev.forebay.jobs;

import dev.forebay.core.Checks;
import java.util.Optional;

/**
 * Which jobs to list.
 *
 * @param status only those in that state
 * @param tenant only that tenant's
 * @param limit how many at most, 1 to {@value #MAX_LIMIT}
 * @param after the last job of the page before: those that are older follow
 */
public record JobQuery(
    Optional<JobStatus> status, Optional<String> tenant, int limit, Optional<JobId> after) {
  /** The longest page. */
  public static final int MAX_LIMIT = 1_000;

  public JobQuery {
    Checks.check(limit >= 1 && limit <= MAX_LIMIT, "limit", "must be 1 to " + MAX_LIMIT, limit);
  }
}
